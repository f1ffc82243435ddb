package dev.pavise.runner.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueueTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 100); // clocks of this kind may wrap
    private final List<String> told = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    private final class Named implements Turn {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void begin(Place place) {
            told.add(name);
            places.add(place);
        }

        @Override
        public void turnedAway(Busy why) {
            told.add(name + " " + why.code());
        }
    }

    private RunQueue queue(int concurrent, int room) {
        return new RunQueue(concurrent, room, Duration.ofNanos(1000), nanos::get);
    }

    private void enter(RunQueue queue, String... names) {
        for (String name : names) {
            queue.enter(name.substring(0, 1), new Named(name));
        }
    }

    @Test
    void letsSoManyRunAndMoreWait() {
        RunQueue queue = queue(2, 1);
        enter(queue, "a1", "a2", "a3", "a4");
        assertEquals(List.of("a1", "a2", "a4 runner_busy"), told);
        assertEquals(2, queue.running());
        assertEquals(1, queue.length());
        places.getFirst().close();
        assertEquals("a3", told.getLast());
    }

    @Test
    void givesNoPlaceTwiceForOneGivenBack() {
        RunQueue queue = queue(1, 10);
        enter(queue, "a1", "a2", "a3");
        places.getFirst().close();
        places.getFirst().close();
        assertEquals(List.of("a1", "a2"), told);
        assertEquals(1, queue.running());
    }

    @Test
    void goesRoundAmongPrincipals() {
        RunQueue queue = queue(1, 10);
        enter(queue, "a0", "a1", "a2", "a3", "b1", "c1", "b2");
        for (int i = 0; i < 6; i++) {
            places.get(i).close();
        }
        assertEquals(List.of("a0", "a1", "b1", "c1", "a2", "b2", "a3"), told);
    }

    @ParameterizedTest
    @CsvSource({"a, true", "b, false"})
    void letsNobodyFillTheQueueForOthers(String owner, boolean turnedAway) {
        RunQueue queue = queue(1, 3);
        enter(queue, "a0", "a1", "a2", "a3");
        enter(queue, owner + "9");
        assertEquals((turnedAway ? owner + "9" : "a3") + " runner_busy", told.getLast());
        assertEquals(3, queue.length());
    }

    @Test
    void pushesNobodyOutForOneWhoHasAsMuch() {
        RunQueue queue = queue(1, 2);
        enter(queue, "a0", "a1", "b1", "c1");
        assertEquals("c1 runner_busy", told.getLast());
    }

    @Test
    void turnsAwayWhatWaitedTooLong() {
        RunQueue queue = queue(1, 3);
        enter(queue, "a0", "a1");
        nanos.addAndGet(999);
        enter(queue, "a2");
        queue.sweep();
        assertEquals(List.of("a0"), told);
        nanos.addAndGet(1);
        queue.sweep();
        assertEquals(List.of("a0", "a1 queue_timeout"), told);
        assertEquals(1, queue.length());
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "5000, 1000"})
    void keepsNobodyWaitingForLongerThanTheyWant(long wanted, long waits) {
        RunQueue queue = queue(1, 3);
        enter(queue, "a0");
        queue.enter("a", new Named("a1"), Duration.ofNanos(wanted));
        nanos.addAndGet(waits - 1);
        queue.sweep();
        assertEquals(List.of("a0"), told);
        nanos.addAndGet(1);
        queue.sweep();
        assertEquals(List.of("a0", "a1 queue_timeout"), told);
    }

    @Test
    void turnsAllAwayOnceItDrains() {
        RunQueue queue = queue(1, 3);
        enter(queue, "a0", "a1", "b1");
        queue.drain();
        enter(queue, "c1");
        places.getFirst().close();
        assertEquals(List.of("a0", "a1 runner_draining", "b1 runner_draining", "c1 runner_draining"), told);
        assertEquals(0, queue.running());
        assertTrue(queue.draining());
    }

    @Test
    void tellsNothingToWhatLeft() {
        RunQueue queue = queue(1, 3);
        Turn leaving = new Named("a1");
        enter(queue, "a0");
        queue.enter("a", leaving);
        assertTrue(queue.leave(leaving));
        assertFalse(queue.leave(leaving));
        places.getFirst().close();
        assertEquals(List.of("a0"), told);
    }

    @Test
    void withoutRoomNothingWaits() {
        RunQueue queue = queue(1, 0);
        enter(queue, "a0", "b0");
        assertEquals(List.of("a0", "b0 runner_busy"), told);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tellsEachExactlyOnceWhateverHappens(long seed) {
        Random random = new Random(seed);
        RunQueue queue = queue(3, 5);
        int entered = 0;
        int left = 0;
        for (int step = 0; step < 5000; step++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> queue.enter("" + (char) ('a' + random.nextInt(4)), new Named("n" + entered++));
                case 3 -> {
                    if (!places.isEmpty()) {
                        places.remove(random.nextInt(places.size())).close();
                    }
                }
                case 4 -> {
                    nanos.addAndGet(random.nextInt(300));
                    queue.sweep();
                }
                default -> {
                    Turn turn = new Named("l" + step);
                    int before = told.size();
                    queue.enter("x", turn);
                    if (told.size() == before && queue.leave(turn)) {
                        left++;
                    }
                    entered++;
                }
            }
            assertTrue(queue.running() <= 3 && queue.length() <= 5);
            assertEquals(entered - left, told.size() + queue.length());
            assertTrue(queue.length() == 0 || queue.running() == 3, "nothing waits beside a free place");
        }
        assertEquals(told.size(), told.stream().distinct().count());
    }
}
