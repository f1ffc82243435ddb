package dev.pavise.proxy.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What the keys of all issuers share.
 *
 * @param threads run what may wait
 * @param timer wakes; what it runs is short, but for what {@code change} does
 * @param clock of the wall, as keys are kept over restarts
 * @param nanos what time has passed
 * @param chance from 0 to 1, by which fetches are spread
 */
record Surroundings(
        Fetch fetch,
        KeyCache cache,
        KeyChange change,
        Executor threads,
        ScheduledExecutorService timer,
        InstantSource clock,
        LongSupplier nanos,
        DoubleSupplier chance) {
    Future<?> after(Duration delay, Runnable work) {
        return timer.schedule(() -> threads.execute(work), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}
