package dev.pavise.k8s.manager;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.control.ActionTaken;
import dev.pavise.k8s.control.Answer;
import dev.pavise.k8s.control.Asked;
import dev.pavise.k8s.control.Control;
import dev.pavise.k8s.control.PodStatus;
import dev.pavise.k8s.control.Problem;
import dev.pavise.k8s.control.Status;
import dev.pavise.k8s.plan.Finding;
import dev.pavise.k8s.plan.FindingCode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Notes what it is asked to do, and does nothing. */
final class FakeControl implements Control {
    static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile boolean ready = true;
    volatile Problem problem;
    volatile RuntimeException bug;
    volatile CountDownLatch held = new CountDownLatch(0);

    private <T> Answer<T> answer(String what, T value) {
        asked.add(what);
        try {
            held.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (bug != null) {
            throw bug;
        }
        return problem == null ? new Answer.Done<>(value) : new Answer.Refused<>(problem, "it is so");
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public Answer<Status> status(Target deployment) {
        return answer(
                "status " + deployment,
                new Status(
                        deployment.namespace(),
                        deployment.name(),
                        new Status.Replicas(3, 2, 2, 3),
                        "in_progress",
                        false,
                        List.of(new Finding(FindingCode.CRASH_LOOP, "Pod agents/a-1", "it ends again and again", AT)),
                        List.of(new Status.Condition("Available", "False", "MinimumReplicasUnavailable", "", null)),
                        List.of(taken())));
    }

    private static ActionTaken taken() {
        return new ActionTaken(
                "7", AT, "k8s.scale", "Deployment agents/app", "asked", "gateway:agents/a-1", "success", "");
    }

    @Override
    public Answer<List<PodStatus>> pods(Target deployment) {
        return answer("pods " + deployment, List.of(new PodStatus("a-1", "Running", true, 0, "", "node-1", true, AT)));
    }

    @Override
    public Answer<List<ActionTaken>> actions(Target deployment) {
        return answer("actions " + deployment, List.of(taken()));
    }

    @Override
    public Answer<Scaled> scale(Target deployment, int replicas, Asked by) {
        return answer(
                "scale " + deployment + " to " + replicas + " " + by,
                new Scaled(deployment.namespace() + "/" + deployment.name(), 1, replicas, replicas != 1));
    }

    @Override
    public Answer<Checked> health(Target deployment, Asked by) {
        return answer("health " + deployment, new Checked(true, List.of(), List.of()));
    }

    @Override
    public Answer<Reconciled> reconcile(Target deployment, Asked by) {
        return answer("reconcile " + deployment, new Reconciled(List.of(taken()), List.of()));
    }

    @Override
    public Answer<Restarted> restart(Target deployment, String reason, Asked by) {
        return answer("restart " + deployment + " " + reason, new Restarted(deployment.name(), AT.toString()));
    }
}
