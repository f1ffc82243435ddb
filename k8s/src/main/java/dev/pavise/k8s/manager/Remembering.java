package dev.pavise.k8s.manager;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.control.ActionTaken;
import dev.pavise.k8s.control.Answer;
import dev.pavise.k8s.control.Asked;
import dev.pavise.k8s.control.Control;
import dev.pavise.k8s.control.PodStatus;
import dev.pavise.k8s.control.Status;
import dev.pavise.k8s.journal.History;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Tells what former runs did behind what this one did; everything else is the control's own. */
record Remembering(Control control, History history) implements Control {
    private static final int MOST_ACTIONS = 100;
    private static final int MOST_LAST = 10;

    @Override
    public boolean ready() {
        return control.ready();
    }

    @Override
    public Answer<Status> status(Target deployment) {
        return with(
                control.status(deployment),
                status -> new Status(
                        status.namespace(),
                        status.deployment(),
                        status.replicas(),
                        status.rollout(),
                        status.healthy(),
                        status.findings(),
                        status.conditions(),
                        behind(status.lastActions(), deployment, MOST_LAST)));
    }

    @Override
    public Answer<List<PodStatus>> pods(Target deployment) {
        return control.pods(deployment);
    }

    @Override
    public Answer<List<ActionTaken>> actions(Target deployment) {
        return with(control.actions(deployment), taken -> behind(taken, deployment, MOST_ACTIONS));
    }

    private List<ActionTaken> behind(List<ActionTaken> taken, Target deployment, int most) {
        return Stream.concat(taken.stream(), history.of(deployment).stream())
                .limit(most)
                .toList();
    }

    private static <T> Answer<T> with(Answer<T> answer, UnaryOperator<T> change) {
        return answer instanceof Answer.Done<T>(T value) ? new Answer.Done<>(change.apply(value)) : answer;
    }

    @Override
    public Answer<Scaled> scale(Target deployment, int replicas, Asked asked) {
        return control.scale(deployment, replicas, asked);
    }

    @Override
    public Answer<Checked> health(Target deployment, Asked asked) {
        return control.health(deployment, asked);
    }

    @Override
    public Answer<Reconciled> reconcile(Target deployment, Asked asked) {
        return control.reconcile(deployment, asked);
    }

    @Override
    public Answer<Restarted> restart(Target deployment, String reason, Asked asked) {
        return control.restart(deployment, reason, asked);
    }
}
