package dev.pavise.policy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads at one moment: the clock stands still, so exactly the burst may get in. */
class LimiterContentionTest {
    private static final int THREADS = 8;

    private final AtomicLong clock = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void admitsExactlyTheBurst() throws Exception {
        // So many that the threads are sure to meet, even where they have to take turns on one processor.
        for (int round = 0; round < 2; round++) {
            Limiter limiter = new Limits(clock::get, 100).limiter("a", Rate.parse("1000000/second"));
            assertEquals(1_000_000, together(() -> count(limiter, "k", 500_000)));
        }
    }

    @Test
    void admitsExactlyTheBurstOfEachKeyThatAllMeetForTheFirstTime() throws Exception {
        Limiter limiter = new Limits(clock::get, 5000).limiter("a", Rate.parse("3/second"));
        assertEquals(3 * 2000, together(() -> {
            long admitted = 0;
            for (int key = 0; key < 2000; key++) {
                admitted += count(limiter, "k" + key, 2);
            }
            return admitted;
        }));
    }

    @Test
    void aFullTableAdmitsNoMoreThanItsCellsAndTheOverflow() throws Exception {
        for (int round = 0; round < 20; round++) {
            int room = 50;
            Limiter limiter = new Limits(clock::get, room).limiter("a", Rate.parse("2/second"));
            long admitted = together(() -> {
                long mine = 0;
                for (int key = 0; key < 1000; key++) {
                    mine += count(limiter, "k" + key, 1);
                }
                return mine;
            });
            assertTrue(admitted <= 2L * (room + 1), "admitted " + admitted);
        }
    }

    @Test
    void evictionUnderContentionNeverLosesACount() throws Exception {
        // Keys come and go while time passes; what is admitted of one key stays within its rate.
        Limits limits = new Limits(clock::get, 4);
        Limiter limiter = limits.limiter("a", Rate.parse("1000/second burst 1"));
        AtomicLong ofOne = new AtomicLong();
        together(() -> {
            for (int asked = 0; asked < 20_000; asked++) {
                clock.addAndGet(10_000);
                limiter.admit("k" + asked % 7);
                ofOne.addAndGet(count(limiter, "one", 1));
            }
            return 0;
        });
        long most = 1 + clock.get() / 1_000_000;
        // The clock is read before a cell is taken, so each thread may be late by what the others moved it meanwhile.
        assertTrue(ofOne.get() <= most + THREADS, ofOne + " > " + most);
    }

    private static long count(Limiter limiter, String key, int asked) {
        long admitted = 0;
        for (int at = 0; at < asked; at++) {
            admitted += limiter.admit(key) instanceof Admission.Admitted ? 1 : 0;
        }
        return admitted;
    }

    private long together(Callable<Number> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<Number>> parts = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            parts.add(threads.submit(() -> {
                start.await();
                return work.call();
            }));
        }
        long sum = 0;
        for (Future<Number> part : parts) {
            sum += part.get().longValue();
        }
        return sum;
    }
}
