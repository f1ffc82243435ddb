package dev.pavise.k8s.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What ails a pod.
 *
 * @param remedy what may help
 */
record Ailment(FindingCode code, String message, Instant since, Remedy remedy) {
    private static final Set<String> IMAGE = Set.of(
            "ImagePullBackOff",
            "ErrImagePull",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");
    private static final Set<String> START = Set.of(
            "CreateContainerError", "RunContainerError", "StartError", "PreStartHookError", "PostStartHookError");
    private static final Duration REMEMBERED = Duration.ofMinutes(10);
    private static final Duration TERMINATION_MARGIN = Duration.ofMinutes(1);

    /** What may help. */
    enum Remedy {
        /** Nothing that is done from here. */
        NONE,
        /** Another pod in its place. */
        REPLACE,
        /** Another pod on another node. */
        MOVE
    }

    /** Empty where nothing ails it. */
    static Optional<Ailment> of(PodView pod, Observed observed, HealPolicy policy, Duration deadline) {
        Ailment found = lost(pod, observed, policy);
        if (found == null && pod.terminating() != null) {
            return Optional.ofNullable(stuck(pod, pod.terminating(), observed.now()));
        }
        if (found == null && pod.unschedulable() != null) {
            found = new Ailment(FindingCode.UNSCHEDULABLE, pod.unschedulable(), pod.changed(), Remedy.NONE);
        }
        for (ContainerView each : pod.containers()) {
            found = found == null ? container(pod, each, observed.now()) : found;
        }
        return Optional.ofNullable(found == null ? unready(pod, observed.now(), deadline) : found);
    }

    private static @Nullable Ailment lost(PodView pod, Observed observed, HealPolicy policy) {
        if (pod.node() == null || observed.nodes() == null) {
            return null;
        }
        NodeView node = observed.nodes().get(pod.node());
        if (node == null) {
            return new Ailment(
                    FindingCode.NODE_LOST, "its node `" + pod.node() + "` is gone", pod.changed(), Remedy.MOVE);
        }
        if (node.ready()) {
            return null;
        }
        boolean overdue = !observed.now().isBefore(node.since().plus(policy.nodeGrace()));
        return new Ailment(
                FindingCode.NODE_LOST,
                "its node `" + pod.node() + "` is not ready",
                node.since(),
                overdue ? Remedy.MOVE : Remedy.NONE);
    }

    private static @Nullable Ailment stuck(PodView pod, Instant until, Instant now) {
        return now.isAfter(until.plus(TERMINATION_MARGIN))
                ? new Ailment(
                        FindingCode.STUCK_TERMINATING,
                        "it should have been gone since " + until
                                + (pod.node() == null ? "" : " from `" + pod.node() + "`"),
                        until,
                        Remedy.NONE)
                : null;
    }

    private static @Nullable Ailment container(PodView pod, ContainerView each, Instant now) {
        String name = "container `" + each.name() + "`";
        String waiting = each.waiting();
        if (waiting == null) {
            return memory(pod, each, now);
        }
        if (IMAGE.contains(waiting)) {
            return new Ailment(FindingCode.IMAGE_UNAVAILABLE, name + ": " + waiting, pod.changed(), Remedy.NONE);
        }
        if (waiting.equals("CreateContainerConfigError")) {
            return new Ailment(FindingCode.CONFIG_ERROR, name + ": " + waiting, pod.changed(), Remedy.NONE);
        }
        if (waiting.equals("CrashLoopBackOff")) {
            return "OOMKilled".equals(each.ended())
                    ? new Ailment(FindingCode.OUT_OF_MEMORY, killed(each), pod.changed(), Remedy.REPLACE)
                    : new Ailment(
                            FindingCode.CRASH_LOOP,
                            name + " ended " + each.restarts() + " times, last: "
                                    + (each.ended() == null ? "for no reason told" : each.ended()),
                            pod.changed(),
                            Remedy.REPLACE);
        }
        return START.contains(waiting)
                ? new Ailment(FindingCode.CANNOT_START, name + ": " + waiting, pod.changed(), Remedy.REPLACE)
                : null;
    }

    // The kubelet has started it again, or is about to: nothing to do as long as it comes up.
    private static @Nullable Ailment memory(PodView pod, ContainerView each, Instant now) {
        if (!"OOMKilled".equals(each.ended())) {
            return null;
        }
        Instant at = each.endedAt() == null ? pod.changed() : each.endedAt();
        boolean recent = at.isAfter(now.minus(REMEMBERED));
        return recent ? new Ailment(FindingCode.OUT_OF_MEMORY, killed(each), at, Remedy.NONE) : null;
    }

    private static String killed(ContainerView each) {
        return "container `" + each.name() + "` was killed for want of memory; its limit is "
                + (each.memoryLimit() == null ? "that of the node" : each.memoryLimit());
    }

    private static @Nullable Ailment unready(PodView pod, Instant now, Duration deadline) {
        if (pod.ready()) {
            return null;
        }
        boolean runs = !pod.containers().isEmpty()
                && pod.containers().stream().anyMatch(each -> each.running() && !each.ready());
        if (now.isBefore(pod.changed().plus(deadline))) {
            return runs
                    ? new Ailment(
                            FindingCode.PROBE_FAILING,
                            unready(pod) + " runs and is not ready",
                            pod.changed(),
                            Remedy.NONE)
                    : null;
        }
        return new Ailment(
                FindingCode.NOT_READY,
                "not ready for longer than " + deadline.toSeconds() + " s" + (runs ? ": " + unready(pod) : ""),
                pod.changed(),
                runs ? Remedy.REPLACE : Remedy.NONE);
    }

    private static String unready(PodView pod) {
        List<String> names = pod.containers().stream()
                .filter(each -> !each.ready())
                .map(each -> "`" + each.name() + "`")
                .toList();
        return "container " + String.join(", ", names);
    }
}
