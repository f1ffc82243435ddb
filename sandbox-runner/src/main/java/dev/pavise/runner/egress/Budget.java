package dev.pavise.runner.egress;

import java.util.concurrent.atomic.AtomicLong;

/** What is left to a run of the bytes that it may send and receive. */
final class Budget {
    private final AtomicLong left;

    Budget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Whether as many may pass; once one may not, none does. */
    boolean take(int bytes) {
        return left.addAndGet(-bytes) >= 0;
    }
}
