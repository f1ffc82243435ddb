package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ConnectionSlotsTest {
    @Test
    void givesOutAsManyAsThereAre() {
        ConnectionSlots slots = new ConnectionSlots(2);
        assertTrue(slots.tryTake());
        assertTrue(slots.tryTake());
        assertFalse(slots.tryTake());
        slots.release();
        assertEquals(1, slots.taken());
        assertTrue(slots.tryTake());
    }

    @Test
    void wakesOneForEachSlotInTurn() {
        ConnectionSlots slots = new ConnectionSlots(1);
        slots.tryTake();
        StringBuilder woken = new StringBuilder();
        slots.want(() -> woken.append("a"));
        slots.want(() -> woken.append("b"));
        assertTrue(slots.isWanted());
        assertEquals("", woken.toString());
        slots.release();
        assertEquals("a", woken.toString());
        slots.wakeNext();
        assertEquals("ab", woken.toString());
        assertFalse(slots.isWanted());
    }

    @Test
    void wakesAtOnceWhereASlotIsFreeAlready() {
        ConnectionSlots slots = new ConnectionSlots(1);
        AtomicInteger woken = new AtomicInteger();
        slots.want(woken::incrementAndGet);
        assertEquals(1, woken.get());
    }

    @Test
    void losesNoWakeUpBetweenThreads() throws Exception {
        ConnectionSlots slots = new ConnectionSlots(2);
        int rounds = 20_000;
        CountDownLatch done = new CountDownLatch(4 * rounds);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                threads.execute(() -> new Taker(slots, threads, rounds, done).run());
            }
            assertTrue(done.await(20, TimeUnit.SECONDS), () -> "left: " + done.getCount());
        }
        assertEquals(0, slots.taken());
    }

    /** Takes a slot and gives it back, so many times; waits to be woken where there is none. */
    private record Taker(ConnectionSlots slots, Executor threads, int rounds, CountDownLatch done) {
        void run() {
            for (int left = rounds; left > 0; left--) {
                if (!slots.tryTake()) {
                    int rest = left;
                    slots.want(() -> threads.execute(() -> new Taker(slots, threads, rest, done).run()));
                    return;
                }
                slots.release();
                done.countDown();
            }
            slots.wakeNext();
        }
    }
}
