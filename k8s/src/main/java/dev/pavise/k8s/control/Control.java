package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.Finding;
import java.util.List;

/**
 * What can be asked about a Deployment and done to it. Every act is recorded: its intent before, its true outcome after. Permission, and whether a caller may
 * touch this Deployment at all, are the caller's matter.
 */
public interface Control {
    int MOST_REPLICAS = 100;

    /** Whether this manager leads and has seen the cluster: before that every question is answered {@link Problem#NOT_LEADER}. */
    boolean ready();

    Answer<Status> status(Target deployment);

    Answer<List<PodStatus>> pods(Target deployment);

    /** Newest first, at most a hundred. */
    Answer<List<ActionTaken>> actions(Target deployment);

    /** Sets the number of pods; the same number again changes nothing, and is recorded. */
    Answer<Scaled> scale(Target deployment, int replicas, Asked asked);

    /** Looks at it now and restarts what is unhealthy, within the budget. */
    Answer<Checked> health(Target deployment, Asked asked);

    /** One pass of the loop, now. */
    Answer<Reconciled> reconcile(Target deployment, Asked asked);

    /** Restarts all of its pods, one after the other, as the Deployment's strategy says. */
    Answer<Restarted> restart(Target deployment, String reason, Asked asked);

    /** The number of pods was set, or was so already. */
    record Scaled(String deployment, int from, int to, boolean changed) {}

    /** It was looked at. */
    record Checked(boolean healthy, List<Finding> findings, List<ActionTaken> actions) {
        public Checked {
            findings = List.copyOf(findings);
            actions = List.copyOf(actions);
        }
    }

    /** A pass was made. */
    record Reconciled(List<ActionTaken> actions, List<Finding> findings) {
        public Reconciled {
            actions = List.copyOf(actions);
            findings = List.copyOf(findings);
        }
    }

    /** The rollout began. */
    record Restarted(String deployment, String at) {}
}
