package dev.pavise.k8s.control;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.plan.BudgetView;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.HealHistory;
import dev.pavise.k8s.plan.NodeView;
import dev.pavise.k8s.plan.Replicas;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects of Kubernetes as the plan sees them. Any part of them may be missing. */
final class Views {
    private static final int PROGRESS_DEADLINE_SECONDS = 600;

    private Views() {}

    static DeploymentView deployment(Target target, Deployment deployment) {
        DeploymentSpec spec = Optional.ofNullable(deployment.getSpec()).orElseGet(DeploymentSpec::new);
        DeploymentStatus status = Optional.ofNullable(deployment.getStatus()).orElseGet(DeploymentStatus::new);
        Map<String, String> annotations = Labels.annotations(deployment);
        long generation = number(deployment.getMetadata().getGeneration());
        Optional<DeploymentCondition> failure =
                condition(status, "ReplicaFailure").filter(each -> "True".equals(each.getStatus()));
        return new DeploymentView(
                target,
                text(deployment.getMetadata().getUid()),
                text(deployment.getMetadata().getResourceVersion()),
                number(status.getObservedGeneration()) >= generation,
                deployment.getMetadata().getDeletionTimestamp() != null,
                Boolean.TRUE.equals(spec.getPaused()),
                // The API server's default, where an object was never there.
                spec.getReplicas() == null ? 1 : spec.getReplicas(),
                number(status.getReplicas()),
                number(status.getUpdatedReplicas()),
                number(status.getAvailableReplicas()),
                condition(status, "Progressing")
                        .map(each -> text(each.getReason()))
                        .orElse(""),
                failure.map(each -> text(each.getReason())).orElse(null),
                Duration.ofSeconds(
                        spec.getProgressDeadlineSeconds() == null
                                ? PROGRESS_DEADLINE_SECONDS
                                : spec.getProgressDeadlineSeconds()),
                annotations.get(Replicas.ANNOTATION),
                text(annotations.get(HealHistory.ANNOTATION)),
                text(annotations.get(ControlSettings.MANIFEST)));
    }

    static List<DeploymentCondition> conditions(@Nullable DeploymentStatus status) {
        return status == null || status.getConditions() == null ? List.of() : status.getConditions();
    }

    private static Optional<DeploymentCondition> condition(DeploymentStatus status, String type) {
        return conditions(status).stream()
                .filter(each -> type.equals(each.getType()))
                .findFirst();
    }

    static NodeView node(Node node, Instant now) {
        List<NodeCondition> conditions =
                node.getStatus() == null || node.getStatus().getConditions() == null
                        ? List.of()
                        : node.getStatus().getConditions();
        String name = text(node.getMetadata().getName());
        // A node that says nothing yet is not lost.
        return conditions.stream()
                .filter(each -> "Ready".equals(each.getType()))
                .findFirst()
                .map(each ->
                        new NodeView(name, "True".equals(each.getStatus()), instant(each.getLastTransitionTime(), now)))
                .orElseGet(() -> new NodeView(name, true, now));
    }

    static List<BudgetView> budgets(List<PodDisruptionBudget> budgets, List<Pod> pods) {
        List<BudgetView> views = new ArrayList<>();
        for (PodDisruptionBudget each : budgets) {
            Set<String> covered = new HashSet<>();
            for (Pod pod : pods) {
                if (each.getSpec() != null && Labels.selects(each.getSpec().getSelector(), Labels.of(pod))) {
                    covered.add(pod.getMetadata().getName());
                }
            }
            if (!covered.isEmpty()) {
                views.add(budget(each, covered));
            }
        }
        return views;
    }

    // Whether a pod that is not ready may go: `AlwaysAllow`, or by default as long as the budget is met without it.
    private static BudgetView budget(PodDisruptionBudget budget, Set<String> covered) {
        PodDisruptionBudgetStatus status =
                Optional.ofNullable(budget.getStatus()).orElseGet(PodDisruptionBudgetStatus::new);
        int desired = number(status.getDesiredHealthy());
        boolean met = desired > 0 && number(status.getCurrentHealthy()) >= desired;
        boolean always = "AlwaysAllow".equals(budget.getSpec().getUnhealthyPodEvictionPolicy());
        return new BudgetView(
                text(budget.getMetadata().getName()), covered, number(status.getDisruptionsAllowed()), always || met);
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    static long number(@Nullable Long number) {
        return number == null ? 0 : number;
    }

    /** What cannot be read, or is missing, is taken for now. */
    static Instant instant(@Nullable String text, Instant now) {
        if (text == null) {
            return now;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return now;
        }
    }
}
