package dev.pavise.k8s.plan;

import dev.pavise.k8s.act.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment.
 *
 * @param version the resourceVersion that was seen: what is done about it holds for no other
 * @param observed whether its controller has seen the newest generation
 * @param replicas how many pods its specification wants
 * @param progress why it progresses or does not: the reason of the condition {@code Progressing}, empty where there is none
 * @param replicaFailure why pods cannot be made; null where they can
 * @param asked what the annotation {@code pavise.dev/replicas} says; null where there is none
 * @param history what the annotation {@code pavise.dev/heal-history} says, empty where there is none
 * @param manifest what the annotation {@code pavise.dev/manifest} says, empty where there is none
 */
public record DeploymentView(
        Target target,
        String uid,
        String version,
        boolean observed,
        boolean deleting,
        boolean paused,
        int replicas,
        int total,
        int updated,
        int available,
        String progress,
        @Nullable String replicaFailure,
        Duration progressDeadline,
        @Nullable String asked,
        String history,
        String manifest) {
    /** Where its rollout stands. */
    public Rollout rollout() {
        if (paused) {
            return Rollout.PAUSED;
        }
        if (progress.equals("ProgressDeadlineExceeded")) {
            return observed ? Rollout.STUCK : Rollout.IN_PROGRESS;
        }
        boolean under = !observed || updated < replicas || total > updated;
        boolean told = !progress.isEmpty() && !progress.equals("NewReplicaSetAvailable");
        return under || told ? Rollout.IN_PROGRESS : Rollout.COMPLETE;
    }
}
