package dev.pavise.k8s.plan;

import dev.pavise.k8s.act.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans for one Deployment at one moment. Pure: the same sight gives the same plan. What it guarantees: no restart and no eviction beyond the budget, during a
 * rollout, against a disruption budget, of a Deployment that is paused or being removed, or on sight that is not whole.
 */
public final class Planner {
    private final Desired desired;
    private final Observed observed;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private @Nullable Duration again;

    private Planner(Desired desired, Observed observed) {
        this.desired = desired;
        this.observed = observed;
    }

    public static Plan plan(Desired desired, Observed observed) {
        Planner planner = new Planner(desired, observed);
        planner.findings.addAll(observed.blind());
        planner.findings.addAll(observed.around());
        DeploymentView deployment = observed.deployment();
        return deployment == null ? planner.absent() : planner.present(deployment);
    }

    private Plan absent() {
        if (observed.blind().isEmpty()) {
            find(FindingCode.MISSING_DEPLOYMENT, desired.target().toString(), "it is not there", observed.now());
            if (!desired.manifest().isEmpty()) {
                steps.add(new Step.Create());
            }
        }
        return new Plan(Rollout.MISSING, false, findings, steps, null);
    }

    private Plan present(DeploymentView deployment) {
        Rollout rollout = deployment.rollout();
        List<Sick> sick = sick(deployment);
        told(deployment, rollout);
        if (observed.blind().isEmpty() && !deployment.deleting()) {
            applyManifest(deployment);
            scale(deployment);
            if (steps.isEmpty()) {
                heal(deployment, rollout, sick);
            }
        }
        long ready = live().stream().filter(PodView::ready).count();
        boolean well = findings.stream().noneMatch(each -> each.code().ails());
        boolean enough = rollout == Rollout.IN_PROGRESS || ready >= deployment.replicas();
        return new Plan(rollout, well && enough, findings, steps, again);
    }

    private record Sick(PodView pod, Ailment ailment) {}

    private List<Sick> sick(DeploymentView deployment) {
        List<Sick> sick = new ArrayList<>();
        for (PodView pod : observed.pods()) {
            if (!pod.live() && pod.terminating() == null) {
                continue;
            }
            Ailment.of(pod, observed, desired.heal(), deployment.progressDeadline())
                    .ifPresent(ailment -> {
                        find(ailment.code(), object(pod), ailment.message(), ailment.since());
                        if (pod.live()) {
                            sick.add(new Sick(pod, ailment));
                        }
                    });
        }
        sick.sort(Comparator.comparing((Sick each) -> each.ailment().since())
                .thenComparing(each -> each.pod().name()));
        return sick;
    }

    private void told(DeploymentView deployment, Rollout rollout) {
        String object = deployment.target().toString();
        Instant now = observed.now();
        switch (rollout) {
            case PAUSED -> find(FindingCode.PAUSED, object, "its rollout is paused", now);
            case IN_PROGRESS ->
                find(
                        FindingCode.ROLLOUT_IN_PROGRESS,
                        object,
                        deployment.updated() + " of " + deployment.replicas() + " pods are of the newest template",
                        now);
            case STUCK -> find(FindingCode.ROLLOUT_STUCK, object, "it made no progress within its deadline", now);
            case COMPLETE, MISSING -> {}
        }
        if (deployment.replicaFailure() != null) {
            find(FindingCode.PODS_MISSING, object, "pods cannot be made: " + deployment.replicaFailure(), now);
        } else if (rollout == Rollout.COMPLETE && deployment.replicas() > 0 && live().isEmpty()) {
            find(FindingCode.PODS_MISSING, object, "none of its pods is there", now);
        }
        if (observed.mostNodesLost()) {
            find(FindingCode.NODES_LOST, "nodes", "most nodes are not ready", now);
        }
    }

    private void applyManifest(DeploymentView deployment) {
        // What was never made from the manifest belongs to whoever made it.
        if (!desired.manifest().isEmpty()
                && !deployment.manifest().isEmpty()
                && !desired.manifest().equals(deployment.manifest())) {
            steps.add(new Step.Apply());
        }
    }

    private void scale(DeploymentView deployment) {
        String asked = deployment.asked();
        if (asked == null) {
            return;
        }
        String object = deployment.target().toString();
        int wanted = Replicas.parse(asked);
        if (wanted == Replicas.NONE) {
            find(FindingCode.REPLICAS_DIFFER, object, "`pavise.dev/replicas` is no number of 0 to 100", observed.now());
        } else if (wanted != deployment.replicas() && observed.autoscaler() != null) {
            find(
                    FindingCode.AUTOSCALED,
                    object,
                    "`" + observed.autoscaler() + "` owns the number, though " + wanted + " were asked for",
                    observed.now());
        } else if (wanted != deployment.replicas()) {
            find(
                    FindingCode.REPLICAS_DIFFER,
                    object,
                    deployment.replicas() + " instead of the " + wanted + " that were asked for",
                    observed.now());
            steps.add(new Step.Scale(deployment.replicas(), wanted));
        }
    }

    private void heal(DeploymentView deployment, Rollout rollout, List<Sick> sick) {
        Optional<HealHistory> history = HealHistory.parse(deployment.history());
        if (history.isEmpty()) {
            find(
                    FindingCode.HISTORY_UNREADABLE,
                    deployment.target().toString(),
                    "the annotation `" + HealHistory.ANNOTATION + "` was written by another",
                    observed.now());
            return;
        }
        Remedies remedies = new Remedies(observed, rollout, this::find);
        for (Sick each : sick) {
            remedies.sick(each.pod(), each.ailment());
        }
        Step step = remedies.choose(
                history.get().with(observed.now(), desired.heal()).toString());
        if (step != null && desired.heal().enabled()) {
            within(history.get(), deployment.target(), step);
        }
    }

    private void within(HealHistory history, Target target, Step step) {
        Instant now = observed.now();
        if (history.spent(now, desired.heal())) {
            find(
                    FindingCode.NEEDS_A_HUMAN,
                    target.toString(),
                    "it was healed " + desired.heal().budget() + " times within "
                            + desired.heal().window().toMinutes() + " minutes and is not well",
                    now);
            return;
        }
        Duration wait = history.toWait(now, desired.heal());
        if (wait.isZero()) {
            steps.add(step);
        } else {
            again = wait;
            find(FindingCode.BACKING_OFF, target.toString(), "healed lately; next in " + wait.toSeconds() + " s", now);
        }
    }

    private List<PodView> live() {
        return observed.pods().stream().filter(PodView::live).toList();
    }

    private String object(PodView pod) {
        return "Pod " + desired.target().namespace() + "/" + pod.name();
    }

    private void find(FindingCode code, String object, String message, Instant since) {
        findings.add(new Finding(code, object, message, since));
    }
}
