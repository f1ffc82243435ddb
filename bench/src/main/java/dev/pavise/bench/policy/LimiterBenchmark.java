package dev.pavise.bench.policy;

import dev.pavise.policy.limit.Admission;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.Rate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One place in a rate, taken by one thread and by two at once: by callers of their own, as on a gateway, and by one caller that all threads
 * serve, which is the worst case.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimiterBenchmark {
    private static final int CALLERS = 256;

    private final Limiter limiter = limiter();

    private static Limiter limiter() {
        return new Limits(System::nanoTime, 10_000)
                .limiter("principal", Rate.parse("1000000000/second burst 1000000000"));
    }

    /** The callers of one thread. */
    @State(Scope.Thread)
    public static class Callers {
        private static final AtomicInteger THREADS = new AtomicInteger();
        private final String[] names = new String[CALLERS];
        private final Limiter own = limiter();
        private int turn;

        /** Names callers that no other thread has. */
        public Callers() {
            int thread = THREADS.getAndIncrement();
            for (int i = 0; i < CALLERS; i++) {
                names[i] = "jwt:corp:user" + thread + "-" + i;
            }
        }

        String next() {
            return names[turn++ & (CALLERS - 1)];
        }
    }

    @Benchmark
    @Threads(1)
    public Admission ownCallersOneThread(Callers callers) {
        return limiter.admit(callers.next());
    }

    @Benchmark
    @Threads(2)
    public Admission ownCallersTwoThreads(Callers callers) {
        return limiter.admit(callers.next());
    }

    /** What the machine gives to two threads that share nothing at all. */
    @Benchmark
    @Threads(2)
    public Admission ownLimitersTwoThreads(Callers callers) {
        return callers.own.admit(callers.next());
    }

    @Benchmark
    @Threads(1)
    public Admission oneCallerOneThread() {
        return limiter.admit("jwt:corp:everyone");
    }

    @Benchmark
    @Threads(2)
    public Admission oneCallerTwoThreads() {
        return limiter.admit("jwt:corp:everyone");
    }
}
