package dev.pavise.runner.sandbox;

import java.util.concurrent.locks.LockSupport;

/** Waiting for the kernel, which tells nobody when a cgroup is empty: mostly within microseconds, so the first pauses are short. */
final class Waiting {
    private static final long FIRST_NANOS = 50_000;
    private static final int LONGEST = 5;

    private Waiting() {}

    /** A pause of 50 microseconds before the second try, twice as long before each further one, up to 1.6 milliseconds. */
    static void pause(int tries) {
        LockSupport.parkNanos(FIRST_NANOS << Math.min(Math.max(tries - 1, 0), LONGEST));
    }
}
