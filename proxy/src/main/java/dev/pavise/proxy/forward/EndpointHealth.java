package dev.pavise.proxy.forward;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether one endpoint is fit for requests, told from two sources: the requests it got, health checks among them (after
 * {@link #FAILURES_ALLOWED} failures in a row it is left out for a back-off, which doubles each time up to {@link #LONGEST_BACK_OFF}; an
 * answer, whatever its status, ends that), and the verdicts of health checks where they are configured. An endpoint that was never asked is taken to be well. Thread-safe: all event loops report here.
 */
final class EndpointHealth {
    static final int FAILURES_ALLOWED = 3;
    static final long FIRST_BACK_OFF = TimeUnit.SECONDS.toNanos(1);
    static final long LONGEST_BACK_OFF = TimeUnit.SECONDS.toNanos(30);

    private final LongSupplier nanoClock;
    private volatile boolean troubled; // false on the common path, where no lock is taken
    private int failures;
    private boolean backingOff;
    private long backOffEnds;
    private long nextBackOff = FIRST_BACK_OFF;
    private boolean failingChecks;
    private int checksOfAKind;

    EndpointHealth(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    EndpointStatus.State state() {
        return troubled ? troubledState() : EndpointStatus.State.UP;
    }

    boolean isUp() {
        return state() == EndpointStatus.State.UP;
    }

    synchronized int failures() {
        return failures;
    }

    /** A request got its answer. */
    void succeeded() {
        if (troubled) {
            recover();
        }
    }

    /** A request failed by the endpoint's fault. */
    synchronized void failed() {
        failures++;
        troubled = true;
        // Requests that were under way when the back-off began say nothing new, so they do not lengthen it.
        if (failures >= FAILURES_ALLOWED && !isWithinBackOff()) {
            backingOff = true;
            backOffEnds = nanoClock.getAsLong() + nextBackOff;
            nextBackOff = Math.min(nextBackOff * 2, LONGEST_BACK_OFF);
        }
    }

    /** A health check ended. */
    synchronized void checked(boolean passed, HealthCheck check) {
        if (passed != failingChecks) {
            checksOfAKind = 0; // it says what is believed already
            return;
        }
        checksOfAKind++;
        if (checksOfAKind >= (passed ? check.healthyAfter() : check.unhealthyAfter())) {
            failingChecks = !passed;
            checksOfAKind = 0;
            troubled = failingChecks || failures > 0;
        }
    }

    private synchronized EndpointStatus.State troubledState() {
        if (failingChecks) {
            return EndpointStatus.State.FAILING_CHECKS;
        }
        return isWithinBackOff() ? EndpointStatus.State.BACKING_OFF : EndpointStatus.State.UP;
    }

    private synchronized void recover() {
        failures = 0;
        backingOff = false;
        nextBackOff = FIRST_BACK_OFF;
        troubled = failingChecks;
    }

    private boolean isWithinBackOff() {
        return backingOff && nanoClock.getAsLong() - backOffEnds < 0;
    }
}
