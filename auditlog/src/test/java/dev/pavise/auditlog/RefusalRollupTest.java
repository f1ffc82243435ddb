package dev.pavise.auditlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.RefusalRollup.Rolled;
import dev.pavise.auditlog.RefusalRollup.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class RefusalRollupTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final RefusalRollup rollup = new RefusalRollup(() -> Instant.ofEpochMilli(now.get()), 3);

    private long recorded(String reason, String origin, int times) {
        long recorded = 0;
        for (int i = 0; i < times; i++) {
            recorded += rollup.judge(reason, origin) == Verdict.RECORD ? 1 : 0;
        }
        return recorded;
    }

    @Test
    void recordsTheFirstTenOfASecondAndCountsTheRest() {
        assertEquals(10, recorded("expired", "192.0.2.1", 25));
        assertEquals(10, recorded("expired", "192.0.2.2", 10));
        now.addAndGet(400);
        assertEquals(0, recorded("expired", "192.0.2.1", 5));
        assertEquals(
                List.of(new Rolled(
                        "expired", "192.0.2.1", 20, Instant.ofEpochMilli(1_000_000), Instant.ofEpochMilli(1_000_400))),
                rollup.drain());
        assertEquals(List.of(), rollup.drain());
        now.addAndGet(600);
        assertEquals(10, recorded("expired", "192.0.2.1", 11));
    }

    @Test
    void sharesOneCountBeyondItsBuckets() {
        for (int origin = 0; origin < 100; origin++) {
            recorded("expired", "192.0.2." + origin, 11);
        }
        List<Rolled> drained = rollup.drain();
        assertEquals(4, drained.size());
        assertEquals(
                97 * 11 - 10,
                drained.stream()
                        .filter(rolled -> rolled.origin().equals(RefusalRollup.VARIOUS))
                        .mapToLong(Rolled::count)
                        .sum());
    }

    @Test
    void givesOutAgainWhatWasPutBack() {
        recorded("expired", "192.0.2.1", 12);
        Rolled rolled = rollup.drain().getFirst();
        now.addAndGet(5000);
        rollup.drain();
        rollup.putBack(rolled);
        assertEquals(List.of(rolled), rollup.drain());
        assertEquals(Outcome.DENIED, rolled.asRecord().outcome());
    }

    @Test
    void countsExactlyAmongManyThreads() throws InterruptedException {
        LongAdder recorded = new LongAdder();
        List<Rolled> drained = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            String origin = "192.0.2." + thread;
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (rollup.judge("flood", origin) == Verdict.RECORD) {
                        recorded.increment();
                    }
                }
            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            now.addAndGet(250);
            drained.addAll(rollup.drain());
        }
        drained.addAll(rollup.drain());
        assertEquals(
                80_000,
                recorded.sum() + drained.stream().mapToLong(Rolled::count).sum());
        assertTrue(recorded.sum() >= 40);
    }
}
