package dev.pavise.runner.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pod is the one that was asked for. Between Job and pod stand webhooks and controllers that may change it, add containers to it, or take its
 * RuntimeClass away; and anybody who may make pods could make one with the labels of a run. Nothing is sent to a pod that differs.
 */
final class PodCheck {
    private PodCheck() {}

    /** The first thing in which it differs, if there is one. */
    static Optional<String> difference(PodSpec plan, String jobUid, Pod pod) {
        PodSpec spec = pod.getSpec();
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        if (owners.stream().noneMatch(owner -> owner.getUid().equals(jobUid))) {
            return Optional.of("owner");
        }
        if (spec.getContainers().size() != 1
                || !isEmpty(spec.getInitContainers())
                || !isEmpty(spec.getEphemeralContainers())) {
            return Optional.of("containers");
        }
        return pod(plan, spec)
                .or(() -> container(
                        plan.getContainers().getFirst(), spec.getContainers().getFirst()));
    }

    private static Optional<String> pod(PodSpec plan, PodSpec spec) {
        return first(
                differs("runtimeClassName", plan.getRuntimeClassName(), spec.getRuntimeClassName()),
                differs(
                        "automountServiceAccountToken",
                        plan.getAutomountServiceAccountToken(),
                        spec.getAutomountServiceAccountToken()),
                differs("securityContext", plan.getSecurityContext(), spec.getSecurityContext()),
                differs("volumes", plan.getVolumes(), spec.getVolumes()),
                differs("restartPolicy", plan.getRestartPolicy(), spec.getRestartPolicy()),
                differs("dnsPolicy", plan.getDnsPolicy(), spec.getDnsPolicy()),
                differs("activeDeadlineSeconds", plan.getActiveDeadlineSeconds(), spec.getActiveDeadlineSeconds()),
                on("hostNetwork", spec.getHostNetwork()),
                on("hostPID", spec.getHostPID()),
                on("hostIPC", spec.getHostIPC()),
                on("shareProcessNamespace", spec.getShareProcessNamespace()));
    }

    private static Optional<String> container(Container plan, Container found) {
        return first(
                differs("container name", plan.getName(), found.getName()),
                differs("image", plan.getImage(), found.getImage()),
                differs("command", plan.getCommand(), found.getCommand()),
                differs("args", plan.getArgs(), found.getArgs()),
                differs("resources", plan.getResources(), found.getResources()),
                differs("container securityContext", plan.getSecurityContext(), found.getSecurityContext()),
                differs("volumeMounts", plan.getVolumeMounts(), found.getVolumeMounts()),
                isEmpty(found.getEnv()) && isEmpty(found.getEnvFrom()) ? null : "environment",
                isEmpty(found.getVolumeDevices()) ? null : "volumeDevices",
                found.getLifecycle() == null ? null : "lifecycle");
    }

    private static Optional<String> first(@Nullable String... differences) {
        for (String difference : differences) {
            if (difference != null) {
                return Optional.of(difference);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String differs(String what, @Nullable Object planned, @Nullable Object found) {
        return Objects.equals(planned, found) ? null : what;
    }

    private static @Nullable String on(String what, @Nullable Boolean found) {
        return Boolean.TRUE.equals(found) ? what : null;
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list == null || list.isEmpty();
    }
}
