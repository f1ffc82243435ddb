package dev.pavise.k8s.control;

import dev.pavise.k8s.plan.ContainerView;
import dev.pavise.k8s.plan.DeploymentView;
import dev.pavise.k8s.plan.PodView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What answers tell of what was seen. */
final class Reports {
    private Reports() {}

    static Status.Replicas replicas(Looking.Sighted sighted) {
        DeploymentView view = sighted.observed().deployment();
        int ready = (int) sighted.observed().pods().stream()
                .filter(each -> each.live() && each.ready())
                .count();
        return view == null
                ? new Status.Replicas(0, ready, 0, 0)
                : new Status.Replicas(view.replicas(), ready, view.available(), view.updated());
    }

    static List<Status.Condition> conditions(@Nullable Deployment deployment, Instant now) {
        return deployment == null
                ? List.of()
                : Views.conditions(deployment.getStatus()).stream()
                        .map(each -> new Status.Condition(
                                Views.text(each.getType()),
                                Views.text(each.getStatus()),
                                Views.text(each.getReason()),
                                Views.text(each.getMessage()),
                                Views.instant(each.getLastTransitionTime(), now)))
                        .toList();
    }

    static List<PodStatus> pods(Looking.Sighted sighted) {
        Map<String, Pod> pods = new HashMap<>();
        sighted.pods().forEach(each -> pods.put(each.getMetadata().getName(), each));
        List<PodStatus> statuses = new ArrayList<>();
        for (PodView each : sighted.observed().pods()) {
            Pod pod = pods.get(each.name());
            String began = pod == null || pod.getStatus() == null
                    ? null
                    : pod.getStatus().getStartTime();
            statuses.add(new PodStatus(
                    each.name(),
                    each.terminating() == null ? each.phase() : "Terminating",
                    each.ready(),
                    each.containers().stream().mapToInt(ContainerView::restarts).sum(),
                    each.ready() ? "" : reason(each),
                    each.node(),
                    each.injected(),
                    began == null
                            ? null
                            : Views.instant(began, sighted.observed().now())));
        }
        statuses.sort(Comparator.comparing(PodStatus::name));
        return statuses;
    }

    private static String reason(PodView pod) {
        if (pod.unschedulable() != null) {
            return "Unschedulable";
        }
        return pod.containers().stream()
                .map(each -> each.waiting() == null && !each.running() ? each.ended() : each.waiting())
                .filter(Objects::nonNull)
                .filter(each -> !each.equals("Completed"))
                .findFirst()
                .orElse(pod.phase());
    }
}
