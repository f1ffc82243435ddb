package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.Violation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a pod's status says of its one container. */
sealed interface PodState {
    /** It does not run yet, for the given reason. */
    record Waiting(String reason) implements PodState {}

    /** It will not run. */
    record Broken(String reason) implements PodState {}

    /** It runs. */
    record Up() implements PodState {}

    /** It ran to an end: its own, or one that a limit of the cluster put to it. */
    record Ended(int exitCode, Set<Violation> violations, String message) implements PodState {}

    /** The cluster took the pod away, for reasons of its own. */
    record TakenAway(String reason) implements PodState {}

    /** In the kubelet's words, which have been the same for years. */
    Set<String> FATAL = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "InvalidImageName",
            "ImageInspectError",
            "RegistryUnavailable",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    static PodState of(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return new Waiting("not seen by the cluster yet");
        }
        Optional<ContainerState> state = status.getContainerStatuses().stream()
                .filter(each -> each.getName().equals(JobPlan.CONTAINER))
                .findFirst()
                .map(ContainerStatus::getState);
        ContainerStateTerminated terminated =
                state.map(ContainerState::getTerminated).orElse(null);
        if ("Failed".equals(status.getPhase()) || terminated != null) {
            return over(status, terminated);
        }
        if (state.map(ContainerState::getRunning).isPresent()) {
            return new Up();
        }
        String waiting = state.map(ContainerState::getWaiting)
                .map(each -> String.valueOf(each.getReason()))
                .orElseGet(() -> unscheduled(status));
        return FATAL.contains(waiting) ? new Broken(waiting) : new Waiting(waiting);
    }

    private static String unscheduled(PodStatus status) {
        return status.getConditions().stream()
                .filter(each -> "PodScheduled".equals(each.getType()) && "False".equals(each.getStatus()))
                .map(PodCondition::getReason)
                .findFirst()
                .orElse("Pending");
    }

    private static PodState over(PodStatus status, @Nullable ContainerStateTerminated terminated) {
        String reason = String.valueOf(status.getReason());
        int exitCode = terminated == null ? 137 : terminated.getExitCode();
        if (reason.equals("DeadlineExceeded")) {
            return new Ended(exitCode, Set.of(Violation.TIMEOUT), "");
        }
        if (reason.equals("Evicted") && isOwnStorage(String.valueOf(status.getMessage()))) {
            return new Ended(exitCode, Set.of(Violation.FILESYSTEM), "");
        }
        if (terminated == null || isDisrupted(status) || status.getReason() != null) {
            return new TakenAway(status.getReason() == null ? "no reason given" : reason);
        }
        if ("ContainerCannotRun".equals(terminated.getReason()) || "StartError".equals(terminated.getReason())) {
            return new Broken(terminated.getReason());
        }
        Set<Violation> violations = "OOMKilled".equals(terminated.getReason()) ? Set.of(Violation.MEMORY) : Set.of();
        String message = terminated.getMessage() == null ? "" : terminated.getMessage();
        return new Ended(exitCode, violations, message);
    }

    /** Evicted for what it wrote itself, and not because its node ran low. */
    private static boolean isOwnStorage(String message) {
        return message.startsWith("Usage of EmptyDir volume")
                || message.contains("ephemeral local storage usage exceeds")
                || message.contains("exceeded its local ephemeral storage limit");
    }

    private static boolean isDisrupted(PodStatus status) {
        return status.getConditions().stream()
                .anyMatch(each -> "DisruptionTarget".equals(each.getType()) && "True".equals(each.getStatus()));
    }
}
