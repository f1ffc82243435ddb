package dev.pavise.k8s.control;

import dev.pavise.k8s.inject.Marks;
import dev.pavise.k8s.plan.ContainerView;
import dev.pavise.k8s.plan.PodView;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pod as the plan sees it. Any part of it may be missing. */
final class PodViews {
    private PodViews() {}

    static PodView of(Pod pod, boolean demanded, Instant now) {
        PodStatus status = Optional.ofNullable(pod.getStatus()).orElseGet(PodStatus::new);
        PodSpec spec = Optional.ofNullable(pod.getSpec()).orElseGet(PodSpec::new);
        Optional<PodCondition> ready = condition(status, "Ready");
        Instant made = Views.instant(pod.getMetadata().getCreationTimestamp(), now);
        Instant changed = ready.map(each -> Views.instant(each.getLastTransitionTime(), made))
                .orElse(made);
        String deleted = pod.getMetadata().getDeletionTimestamp();
        return new PodView(
                Views.text(pod.getMetadata().getName()),
                Views.text(pod.getMetadata().getUid()),
                Views.text(status.getPhase()),
                spec.getNodeName(),
                deleted == null ? null : Views.instant(deleted, now),
                ready.map(each -> "True".equals(each.getStatus())).orElse(false),
                changed,
                unschedulable(status, spec),
                demanded,
                injected(pod, spec),
                containers(status, spec, now));
    }

    // The label alone is anybody's to write.
    private static boolean injected(Pod pod, PodSpec spec) {
        return "true".equals(Labels.of(pod).get(Marks.INJECTED))
                && spec.getInitContainers() != null
                && spec.getInitContainers().stream().anyMatch(each -> Marks.SIDECAR.equals(each.getName()));
    }

    private static Optional<PodCondition> condition(PodStatus status, String type) {
        List<PodCondition> conditions = status.getConditions() == null ? List.of() : status.getConditions();
        return conditions.stream().filter(each -> type.equals(each.getType())).findFirst();
    }

    private static @Nullable String unschedulable(PodStatus status, PodSpec spec) {
        if (spec.getNodeName() != null) {
            return null;
        }
        return condition(status, "PodScheduled")
                .filter(each -> "False".equals(each.getStatus()) && "Unschedulable".equals(each.getReason()))
                .map(each -> Views.text(each.getMessage()))
                .orElse(null);
    }

    private static List<ContainerView> containers(PodStatus status, PodSpec spec, Instant now) {
        Map<String, String> limits = new HashMap<>();
        limits(spec.getInitContainers(), limits);
        limits(spec.getContainers(), limits);
        List<ContainerView> views = new ArrayList<>();
        add(status.getInitContainerStatuses(), limits, views, now);
        add(status.getContainerStatuses(), limits, views, now);
        return views;
    }

    private static void limits(@Nullable List<Container> containers, Map<String, String> limits) {
        for (Container each : containers == null ? List.<Container>of() : containers) {
            if (each.getResources() != null && each.getResources().getLimits() != null) {
                Quantity memory = each.getResources().getLimits().get("memory");
                if (memory != null) {
                    limits.put(each.getName(), memory.toString());
                }
            }
        }
    }

    private static void add(
            @Nullable List<ContainerStatus> statuses,
            Map<String, String> limits,
            List<ContainerView> views,
            Instant now) {
        for (ContainerStatus each : statuses == null ? List.<ContainerStatus>of() : statuses) {
            ContainerState state = Optional.ofNullable(each.getState()).orElseGet(ContainerState::new);
            ContainerStateTerminated ended = ended(each, state);
            views.add(new ContainerView(
                    Views.text(each.getName()),
                    Boolean.TRUE.equals(each.getReady()),
                    state.getRunning() != null,
                    Views.number(each.getRestartCount()),
                    state.getWaiting() == null
                            ? null
                            : Views.text(state.getWaiting().getReason()),
                    ended == null ? null : Views.text(ended.getReason()),
                    ended == null ? null : Views.instant(ended.getFinishedAt(), now),
                    limits.get(Views.text(each.getName()))));
        }
    }

    private static @Nullable ContainerStateTerminated ended(ContainerStatus status, ContainerState state) {
        if (state.getTerminated() != null) {
            return state.getTerminated();
        }
        return status.getLastState() == null ? null : status.getLastState().getTerminated();
    }
}
