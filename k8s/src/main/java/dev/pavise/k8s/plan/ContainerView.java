package dev.pavise.k8s.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container of a pod, or an init container.
 *
 * @param waiting why it does not run, such as {@code CrashLoopBackOff}; null where it does not wait
 * @param ended why it ended last, such as {@code OOMKilled}; null where it never did
 * @param memoryLimit as the pod has it, such as {@code 256Mi}; null where it has none
 */
public record ContainerView(
        String name,
        boolean ready,
        boolean running,
        int restarts,
        @Nullable String waiting,
        @Nullable String ended,
        @Nullable Instant endedAt,
        @Nullable String memoryLimit) {}
