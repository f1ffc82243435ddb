package dev.pavise.proxy.server;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of everything that lives on one event loop. A deadline is a field that its owner moves as often as it likes; a sweep several
 * times a second tells those that have passed. So a request costs no timer, and a deadline is told late by at most one sweep. What says that it
 * rests is looked at about once a second, a part of it in each sweep, so that ten thousand idle connections cost next to nothing.
 *
 * <p>Used by one thread only.
 */
final class Deadlines {
    /** How often {@link #sweep()} is to be called. */
    static final long SWEEP_MILLIS = 100;

    /** In how many sweeps all that rests is looked at once. */
    static final int RESTING_SWEEPS = 10;

    /** Something that must not wait for ever. */
    abstract static class Watched {
        static final long NEVER = Long.MAX_VALUE;

        private long deadlineNanos = NEVER;
        private @Nullable Watched previous;
        private @Nullable Watched next;
        private @Nullable Chain chain;

        /** Sets the deadline; {@link #NEVER} for none. What rested does so no longer. */
        final void expireAt(long nanos) {
            deadlineNanos = nanos;
            Chain in = chain;
            if (in != null && in.busy != in) {
                in.remove(this);
                in.busy.add(this);
            }
        }

        /** Told once for each deadline that passes; another one may be set. */
        abstract void onDeadline(long nowNanos);

        /** Told at each sweep, for what is cheap to look at and must not be missed. */
        void onSweep(long nowNanos) {}

        private void look(long now) {
            if (deadlineNanos != NEVER && deadlineNanos - now <= 0) {
                deadlineNanos = NEVER;
                onDeadline(now);
            } else {
                onSweep(now);
            }
        }
    }

    private final LongSupplier clock;
    private final Chain busy = new Chain();
    private final Chain resting = new Chain(busy);

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
        if (watched.chain == null) {
            busy.add(watched);
        }
    }

    void remove(Watched watched) {
        Chain in = watched.chain;
        if (in != null) {
            in.remove(watched);
        }
    }

    /** From now on, until its deadline is set anew, its deadline may be told up to a second late. */
    @SuppressWarnings("ReferenceEquality") // one of two chains
    void rest(Watched watched) {
        if (watched.chain == busy) {
            busy.remove(watched);
            resting.add(watched);
        }
    }

    void sweep() {
        long now = clock.getAsLong();
        busy.look(now, busy.size);
        resting.look(now, (resting.size + RESTING_SWEEPS - 1) / RESTING_SWEEPS);
    }

    /** What is looked at one after the other, from where the last look ended. */
    @SuppressWarnings("ReferenceEquality") // lists of these very objects
    private static final class Chain {
        /** Where what is in this one goes when it no longer rests. */
        private final Chain busy;

        private @Nullable Watched first;
        private @Nullable Watched cursor;
        private int size;

        @SuppressWarnings("this-escape") // a field of its own, in a final class
        Chain() {
            this.busy = this;
        }

        Chain(Chain busy) {
            this.busy = busy;
        }

        void add(Watched watched) {
            watched.chain = this;
            watched.next = first;
            if (first != null) {
                first.previous = watched;
            }
            first = watched;
            size++;
        }

        void remove(Watched watched) {
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
            watched.chain = null;
            size--;
        }

        /** Looks at as many, or up to the end. */
        void look(long now, int most) {
            if (cursor == null) {
                cursor = first;
            }
            for (int looked = 0; looked < most && cursor != null; looked++) {
                Watched watched = cursor;
                cursor = watched.next;
                watched.look(now);
            }
        }
    }
}
