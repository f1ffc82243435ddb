package dev.pavise.proxy.server;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of everything that lives on one event loop. A deadline is a field that its owner moves as often as it likes; a sweep several
 * times a second tells those that have passed. So a request costs no timer, and a deadline is told late by at most one sweep.
 *
 * <p>Used by one thread only.
 */
final class Deadlines {
    /** How often {@link #sweep()} is to be called. */
    static final long SWEEP_MILLIS = 100;

    /** Something that must not wait for ever. */
    abstract static class Watched {
        static final long NEVER = Long.MAX_VALUE;

        private long deadlineNanos = NEVER;
        private @Nullable Watched previous;
        private @Nullable Watched next;
        private boolean listed;

        /** Sets the deadline; {@link #NEVER} for none. */
        final void expireAt(long nanos) {
            deadlineNanos = nanos;
        }

        /** Told once for each deadline that passes; another one may be set. */
        abstract void onDeadline(long nowNanos);

        /** Told at each sweep, for what is cheap to look at and must not be missed. */
        void onSweep(long nowNanos) {}
    }

    private final LongSupplier clock;
    private @Nullable Watched first;
    private @Nullable Watched cursor;

    Deadlines(LongSupplier nanoClock) {
        this.clock = nanoClock;
    }

    long now() {
        return clock.getAsLong();
    }

    /** The moment that lies {@code nanos} ahead. */
    long in(long nanos) {
        return clock.getAsLong() + nanos;
    }

    void add(Watched watched) {
        if (watched.listed) {
            return;
        }
        watched.listed = true;
        watched.next = first;
        if (first != null) {
            first.previous = watched;
        }
        first = watched;
    }

    @SuppressWarnings("ReferenceEquality") // a list of these very objects
    void remove(Watched watched) {
        if (!watched.listed) {
            return;
        }
        if (cursor == watched) {
            cursor = watched.next;
        }
        if (watched.previous != null) {
            watched.previous.next = watched.next;
        } else {
            first = watched.next;
        }
        if (watched.next != null) {
            watched.next.previous = watched.previous;
        }
        watched.previous = null;
        watched.next = null;
        watched.listed = false;
    }

    void sweep() {
        long now = clock.getAsLong();
        cursor = first;
        while (cursor != null) {
            Watched watched = cursor;
            cursor = watched.next;
            if (watched.deadlineNanos != Watched.NEVER && watched.deadlineNanos - now <= 0) {
                watched.deadlineNanos = Watched.NEVER;
                watched.onDeadline(now);
            } else {
                watched.onSweep(now);
            }
        }
    }
}
