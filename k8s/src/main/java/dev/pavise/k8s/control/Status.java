package dev.pavise.k8s.control;

import dev.pavise.k8s.plan.Finding;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a Deployment is.
 *
 * @param rollout {@code complete}, {@code in_progress}, {@code stuck}, {@code paused} or {@code missing}
 * @param healthy whether none of the findings ails
 * @param conditions as the Deployment itself has them
 * @param lastActions newest first, at most ten
 */
public record Status(
        String namespace,
        String deployment,
        Replicas replicas,
        String rollout,
        boolean healthy,
        List<Finding> findings,
        List<Condition> conditions,
        List<ActionTaken> lastActions) {
    public Status {
        findings = List.copyOf(findings);
        conditions = List.copyOf(conditions);
        lastActions = List.copyOf(lastActions);
    }

    /** How many pods. */
    public record Replicas(int wanted, int ready, int available, int updated) {}

    /** A condition of the Deployment. */
    public record Condition(
            String type,
            String status,
            String reason,
            String message,
            @Nullable Instant since) {}
}
