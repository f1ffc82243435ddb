package dev.pavise.proxy.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads bring about, without a guess at how long that takes. */
final class Eventually {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private Eventually() {}

    /** Something that may not be true yet. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    static void holds(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never came true: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }
}
