package dev.pavise.auditlog.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When the threads that look after a log look for what is new: ten times a second while there is some, and where there was none
 * as often as checkpoints are made, but at least once a second. An idle log costs next to nothing, and appending wakes nobody.
 */
final class Ticks {
    private static final long BUSY_MILLIS = 100;
    private static final long MOST_MILLIS = 1000;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final long idleMillis;

    Ticks(Duration sealEvery) {
        idleMillis = Math.clamp(sealEvery.toMillis(), BUSY_MILLIS, MOST_MILLIS);
    }

    /** Waits for the next tick; false where there is none, as the log is closed. */
    boolean await(boolean busy) {
        try {
            return !stop.await(busy ? BUSY_MILLIS : idleMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void stop() {
        stop.countDown();
    }
}
