package dev.pavise.k8s.plan;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done, and what was found.
 *
 * @param healthy whether all pods that are wanted are ready and nothing ails
 * @param steps in order; of a restart and evictions at most one, so that what it does is seen before the next
 * @param again when to look again at the latest though nothing changes; null where that does not matter
 */
public record Plan(
        Rollout rollout,
        boolean healthy,
        List<Finding> findings,
        List<Step> steps,
        @Nullable Duration again) {
    public Plan {
        findings = List.copyOf(findings);
        steps = List.copyOf(steps);
    }
}
