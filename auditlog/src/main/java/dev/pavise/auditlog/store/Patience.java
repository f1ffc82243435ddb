package dev.pavise.auditlog.store;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Believes that segments are old only after it was found so for some time on end, by a clock that cannot be set: when the
 * clock of the system is wrong for a while nothing is removed for it.
 */
final class Patience {
    private record Seen(long nanos, int segment) {}

    private final long holdNanos;
    private final LongSupplier nanoTime;
    private final Deque<Seen> seen = new ArrayDeque<>();

    Patience(Duration hold, LongSupplier nanoTime) {
        this.holdNanos = hold.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Is told before which segment all are old now; answers before which all were so for long enough. */
    int believed(int segment) {
        long now = nanoTime.getAsLong();
        long since = now;
        while (!seen.isEmpty() && seen.getLast().segment >= segment) {
            since = seen.removeLast().nanos;
        }
        seen.addLast(new Seen(since, segment));
        int believed = 0;
        for (Seen at : seen) {
            if (now - at.nanos >= holdNanos) {
                believed = at.segment;
            }
        }
        return believed;
    }
}
