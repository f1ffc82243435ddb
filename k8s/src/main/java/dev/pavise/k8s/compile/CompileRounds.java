package dev.pavise.k8s.compile;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes round on a thread of its own: shortly after something changed, however often it was said, and now and then besides, for the files of the base, which nobody
 * tells of. A namespace where a round failed is left alone for a while, longer each time.
 */
final class CompileRounds {
    private static final Logger log = LoggerFactory.getLogger(CompileRounds.class);
    private static final long SOON_MILLIS = 200;
    private static final long NOW_AND_THEN_MILLIS = 5_000;
    private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long LAST_ROUND_SECONDS = 30;

    private record Wait(long since, long length) {}

    private final Runnable round;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Map<String, Wait> waits = new HashMap<>();
    private volatile @Nullable ScheduledThreadPoolExecutor thread;

    CompileRounds(Runnable round) {
        this.round = round;
    }

    void begin() {
        waits.clear();
        asked.set(false);
        ScheduledThreadPoolExecutor made = new ScheduledThreadPoolExecutor(1, task -> {
            Thread one = new Thread(task, "resources");
            one.setDaemon(true);
            return one;
        });
        thread = made;
        var _ = made.scheduleWithFixedDelay(this::guarded, SOON_MILLIS, NOW_AND_THEN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** When it returns no round is under way. */
    void end() {
        ScheduledThreadPoolExecutor ending = thread;
        thread = null;
        if (ending == null) return;
        ending.shutdownNow();
        boolean interrupted = false;
        try {
            if (!ending.awaitTermination(LAST_ROUND_SECONDS, TimeUnit.SECONDS)) log.error("a round does not end");
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Whether what is under way may go on. */
    boolean isOpen() {
        return thread != null;
    }

    void soon() {
        if (asked.compareAndSet(false, true)) in(TimeUnit.MILLISECONDS.toNanos(SOON_MILLIS));
    }

    private void in(long nanos) {
        ScheduledThreadPoolExecutor open = thread;
        if (open == null) return;
        try {
            var _ = open.schedule(this::guarded, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ended) {
            // Whoever begins again goes round at once.
        }
    }

    /** Whether a namespace is to be left alone for now. */
    boolean postponed(String namespace) {
        Wait wait = waits.get(namespace);
        return wait != null && System.nanoTime() - wait.since() < wait.length();
    }

    void result(String namespace, boolean well) {
        Wait before = waits.get(namespace);
        if (well) {
            waits.remove(namespace);
        } else {
            long length = before == null ? FIRST_WAIT_NANOS : Math.min(before.length() * 2, LONGEST_WAIT_NANOS);
            waits.put(namespace, new Wait(System.nanoTime(), length));
            in(length);
        }
    }

    private void guarded() {
        asked.set(false);
        try {
            round.run();
        } catch (RuntimeException | Error bug) {
            // The next round may go well; one that fails must not be the last.
            log.error("a round failed", bug);
        }
    }
}
