package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What is to be looked at, and when. A Deployment stands in it once, at the earliest time that was asked for: a flood of events is one look. Bounded: what does not
 * fit is looked at with the next round over all.
 */
final class Agenda {
    private static final int MOST = 10_000;

    private final LongSupplier nanos;
    private final Map<Target, Long> due = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    Agenda(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void add(Target target, Duration after) {
        long at = nanos.getAsLong() + after.toNanos();
        lock.lock();
        try {
            if (due.containsKey(target) || due.size() < MOST) {
                due.merge(target, at, (one, other) -> one - other < 0 ? one : other);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for what is due; empty after the given time, and when closed. */
    Optional<Target> take(Duration longest) throws InterruptedException {
        long until = nanos.getAsLong() + longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long now = nanos.getAsLong();
                Optional<Map.Entry<Target, Long>> next =
                        due.entrySet().stream().min((one, other) -> Long.signum(one.getValue() - other.getValue()));
                if (next.isPresent() && next.get().getValue() - now <= 0) {
                    Target target = next.get().getKey();
                    due.remove(target);
                    return Optional.of(target);
                }
                if (until - now <= 0) {
                    return Optional.empty();
                }
                long wait = next.map(each -> Math.min(each.getValue() - now, until - now))
                        .orElse(until - now);
                changed.await(wait, TimeUnit.NANOSECONDS);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            due.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
