package dev.pavise.proxy.issuer;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads bring about. */
final class Waiting {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private Waiting() {}

    static void until(Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        while (!holds.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never came true");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
