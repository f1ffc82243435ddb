package dev.pavise.k8s.plan;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pod of a Deployment.
 *
 * @param terminating when it should have been gone, its grace included; null where it is not being removed
 * @param changed when its readiness changed last, or when it was made
 * @param unschedulable why it has no node; null where it has one, or nobody tried yet
 * @param demanded whether it has to carry the sidecar
 * @param injected whether it does
 */
public record PodView(
        String name,
        String uid,
        String phase,
        @Nullable String node,
        @Nullable Instant terminating,
        boolean ready,
        Instant changed,
        @Nullable String unschedulable,
        boolean demanded,
        boolean injected,
        List<ContainerView> containers) {
    public PodView {
        containers = List.copyOf(containers);
    }

    /** Whether it counts: what is being removed, or has ended, is replaced by Kubernetes itself. */
    public boolean live() {
        return terminating == null && !"Failed".equals(phase) && !"Succeeded".equals(phase);
    }
}
