package dev.pavise.k8s.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a pod of a Deployment is.
 *
 * @param phase as Kubernetes has it, or {@code Terminating}
 * @param reason why it is not ready, empty where it is
 * @param injected whether it carries the sidecar
 */
public record PodStatus(
        String name,
        String phase,
        boolean ready,
        int restarts,
        String reason,
        @Nullable String node,
        boolean injected,
        @Nullable Instant startedAt) {}
