package dev.pavise.proxy.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * What the keys of all issuers share.
 *
 * @param threads run what may wait
 * @param clock of the wall, as keys are kept over restarts
 * @param nanos what time has passed
 * @param chance from 0 to 1, by which fetches are spread
 */
record Surroundings(
        Fetch fetch,
        KeyCache cache,
        KeyChange change,
        Executor threads,
        Alarm alarm,
        InstantSource clock,
        LongSupplier nanos,
        DoubleSupplier chance) {
    /** Runs something later, where it may wait. */
    interface Alarm {
        Future<?> after(Duration delay, Runnable work);
    }
}
