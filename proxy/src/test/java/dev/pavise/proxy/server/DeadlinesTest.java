package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.server.Deadlines.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
    private static final int ROUND = Deadlines.RESTING_SWEEPS;

    private long now;
    private final Deadlines deadlines = new Deadlines(() -> now);

    /** Counts what it is told. */
    private class Counted extends Watched {
        private int sweeps;
        private int passed;

        @Override
        void onSweep(long nowNanos) {
            sweeps++;
        }

        @Override
        void onDeadline(long nowNanos) {
            assertEquals(now, nowNanos);
            passed++;
        }
    }

    private Counted watched() {
        Counted counted = new Counted();
        deadlines.add(counted);
        return counted;
    }

    private void sweep(int times) {
        for (int i = 0; i < times; i++) {
            deadlines.sweep();
        }
    }

    @Test
    void tellsADeadlineOnce() {
        Counted counted = watched();
        counted.expireAt(5);
        now = 4;
        sweep(3);
        assertEquals(0, counted.passed);
        now = 5;
        sweep(3);
        assertEquals(1, counted.passed);
        assertEquals(5, counted.sweeps);
    }

    @Test
    void looksAtWhatRestsOnceInARound() {
        List<Counted> idle = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            idle.add(watched());
        }
        idle.forEach(deadlines::rest);
        Counted busy = watched();
        sweep(10 * ROUND);
        assertEquals(10 * ROUND, busy.sweeps);
        for (Counted one : idle) {
            assertTrue(one.sweeps >= 9 && one.sweeps <= 12, () -> "looked at " + one.sweeps + " times in ten rounds");
        }
    }

    @Test
    void tellsADeadlineOfWhatRestsWithinARound() {
        Counted first = watched();
        Counted second = watched();
        first.expireAt(7);
        second.expireAt(7);
        deadlines.rest(first);
        deadlines.rest(second);
        now = 7;
        sweep(ROUND);
        assertEquals(1, first.passed);
        assertEquals(1, second.passed);
    }

    @Test
    void wakesWhatRestsWithANewDeadline() {
        Counted counted = watched();
        deadlines.rest(counted);
        for (int i = 0; i < 100; i++) {
            deadlines.rest(watched()); // in front of it
        }
        counted.expireAt(7);
        now = 7;
        sweep(1);
        assertEquals(1, counted.passed);
    }

    @Test
    void tellsNothingToWhatWasRemoved() {
        Counted counted = watched();
        Counted idle = watched();
        deadlines.rest(idle);
        counted.expireAt(1);
        idle.expireAt(1);
        deadlines.rest(idle);
        deadlines.remove(counted);
        deadlines.remove(idle);
        deadlines.remove(idle);
        deadlines.rest(idle);
        now = 2;
        sweep(2 * ROUND);
        assertEquals(0, counted.passed + idle.passed + counted.sweeps + idle.sweeps);
    }

    /** Whatever comes, goes, rests and wakes in between and while it is told: nobody's deadline is lost, and none is told early or twice. */
    @Test
    void losesNoDeadlineWhateverHappensMeanwhile() {
        Random random = new Random(20261122);
        List<Restless> all = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            now++;
            if (all.size() < 50) {
                all.add(new Restless(random, all));
            }
            deadlines.sweep();
            for (Restless one : all) {
                assertTrue(now - one.due <= 2L * ROUND, () -> "told late by " + (now - one.due) + " sweeps");
            }
        }
    }

    private final class Restless extends Watched {
        private final Random random;
        private final List<Restless> all;
        private long due;

        Restless(Random random, List<Restless> all) {
            this.random = random;
            this.all = all;
            deadlines.add(this);
            move();
        }

        private void move() {
            due = now + random.nextInt(100);
            expireAt(due);
        }

        @Override
        void onSweep(long nowNanos) {
            switch (random.nextInt(8)) {
                case 0 -> deadlines.rest(this);
                case 1 -> other().move();
                case 2 -> deadlines.rest(other());
                case 3 -> {
                    Restless gone = other();
                    deadlines.remove(gone);
                    all.remove(gone);
                }
                default -> {}
            }
        }

        private Restless other() {
            return all.isEmpty() ? this : all.get(random.nextInt(all.size()));
        }

        @Override
        void onDeadline(long nowNanos) {
            assertTrue(due <= nowNanos, "told early");
            move();
        }
    }
}
