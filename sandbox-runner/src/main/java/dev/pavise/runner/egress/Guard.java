package dev.pavise.runner.egress;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Strikes once when a time is over that was not extended. A read of a channel has no time limit of its own. */
final class Guard implements AutoCloseable {
    private final LongSupplier nanos;
    private final Runnable strike;
    private final Thread watch;
    private volatile long until;
    private volatile boolean over;
    private volatile boolean struck;

    Guard(LongSupplier nanos, Duration first, Runnable strike) {
        this.nanos = nanos;
        this.strike = strike;
        this.until = nanos.getAsLong() + first.toNanos();
        this.watch = Thread.ofVirtual().name("egress-guard").unstarted(this::watch);
    }

    void start() {
        watch.start();
    }

    void extend(Duration more) {
        long before = until;
        until = nanos.getAsLong() + more.toNanos();
        // It sleeps until what was said before; later it finds out by itself.
        if (until - before < 0) {
            LockSupport.unpark(watch);
        }
    }

    boolean struck() {
        return struck;
    }

    private void watch() {
        while (!over) {
            long left = until - nanos.getAsLong();
            if (left <= 0) {
                struck = true;
                strike.run();
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(watch);
    }
}
