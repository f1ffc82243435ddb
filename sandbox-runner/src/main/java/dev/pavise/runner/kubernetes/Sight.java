package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.Violation;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What has been seen of one run, by the watch, the stream and whoever cancels; and a place to wait for more. */
final class Sight {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final LongSupplier nanos;
    private boolean cancelled;
    private boolean deleted;
    private @Nullable Pod pod;
    private PodState state = new PodState.Waiting("no pod yet");

    Sight(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    /** The run's pod, as it is now. Should there be another one, it is none of ours: a tool runs once. */
    synchronized void seen(Pod now) {
        if (pod == null || pod.getMetadata().getUid().equals(now.getMetadata().getUid())) {
            pod = now;
            state = PodState.of(now);
            notifyAll();
        }
    }

    /** A pod of the run is gone. */
    synchronized void gone(Pod was) {
        seen(was);
        deleted = true;
        notifyAll();
    }

    /** Something else is worth another look. */
    synchronized void changed() {
        notifyAll();
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    synchronized boolean isDeleted() {
        return deleted;
    }

    synchronized PodState state() {
        return state;
    }

    /** Whether no process of it is left, by what the cluster says. */
    synchronized boolean isOver() {
        return deleted || state instanceof PodState.Ended || state instanceof PodState.TakenAway;
    }

    /** The pod, if its container runs; else why it does not. */
    synchronized Pod requireUp() throws ClusterException {
        Pod there = pod;
        if (there != null && state instanceof PodState.Up && !deleted) {
            return there;
        }
        String why = switch (state) {
            case PodState.Waiting(String reason) -> "in time: " + reason;
            case PodState.Broken(String reason) -> "at all: " + reason;
            case PodState.TakenAway(String reason) -> "and was taken away: " + reason;
            case PodState.Up up -> "and was deleted";
            case PodState.Ended(int code, Set<Violation> violations, String message) ->
                "but ended with " + code
                        + violations.stream()
                                .map(each -> ", " + each.code())
                                .findFirst()
                                .orElse("");
        };
        throw new ClusterException(RefusalCode.POD_NOT_STARTED, "the pod did not come up " + why);
    }

    /** Waits until it holds, or until then. */
    synchronized void await(long deadlineNanos, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = deadlineNanos - nanos.getAsLong();
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK.toNanos()));
        }
    }
}
