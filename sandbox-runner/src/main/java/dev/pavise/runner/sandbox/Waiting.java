package dev.pavise.runner.sandbox;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for the kernel, which tells nobody when a cgroup is empty. */
final class Waiting {
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private Waiting() {}

    static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
