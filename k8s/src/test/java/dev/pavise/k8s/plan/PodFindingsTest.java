package dev.pavise.k8s.plan;

import static dev.pavise.k8s.plan.See.LONG_AGO;
import static dev.pavise.k8s.plan.See.NOW;
import static dev.pavise.k8s.plan.See.row;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found of pods and their nodes, and what is done about it. */
final class PodFindingsTest {
    static Stream<Arguments> table() {
        return Stream.of(
                row(
                        "killed for want of memory again and again",
                        See.well().waiting("b", "CrashLoopBackOff", "OOMKilled"),
                        false,
                        "out_of_memory",
                        "evict b"),
                row(
                        "killed for want of memory once, and well again",
                        See.well().killedOnce("b"),
                        false,
                        "out_of_memory",
                        ""),
                row(
                        "the image cannot be pulled",
                        See.well().waiting("b", "ImagePullBackOff", null),
                        false,
                        "image_unavailable",
                        ""),
                row(
                        "the image cannot be pulled by any",
                        See.well().waiting("a", "ErrImagePull", null).waiting("b", "ErrImagePull", null),
                        false,
                        "image_unavailable image_unavailable",
                        ""),
                row(
                        "a Secret is missing",
                        See.well().waiting("b", "CreateContainerConfigError", null),
                        false,
                        "config_error",
                        ""),
                row(
                        "the container runtime refuses",
                        See.well().waiting("b", "RunContainerError", "StartError"),
                        false,
                        "cannot_start",
                        "evict b"),
                row("no node has room", See.well().unschedulable("b"), false, "unschedulable", ""),
                row(
                        "one pod's node is lost",
                        See.well().node("n2", false, NOW.minusSeconds(90)),
                        false,
                        "node_lost",
                        "evict b"),
                row(
                        "one pod's node was lost just now",
                        See.well().node("n2", false, NOW.minusSeconds(5)),
                        false,
                        "node_lost",
                        ""),
                row(
                        "one pod's node is gone",
                        See.well().change(see -> see.nodes.remove("n2")),
                        false,
                        "node_lost",
                        "evict b"),
                row(
                        "most nodes are lost: the network is cut",
                        See.well().node("n1", false, LONG_AGO).node("n2", false, LONG_AGO),
                        false,
                        "node_lost node_lost nodes_lost",
                        ""),
                row("nodes cannot be seen", See.well().change(see -> see.nodesSeen = false), true, "", ""),
                row(
                        "a pod is on its way out",
                        See.well().pod("c", "n3").terminating("c", NOW.plusSeconds(30)),
                        true,
                        "",
                        ""),
                row(
                        "a pod does not go",
                        See.well().pod("c", "n3").terminating("c", NOW.minusSeconds(300)),
                        false,
                        "stuck_terminating",
                        ""),
                row(
                        "one terminating, the other crashes: it is all that lives",
                        See.well().terminating("a", NOW.plusSeconds(9)).waiting("b", "CrashLoopBackOff", "Error"),
                        false,
                        "crash_loop",
                        "restart"),
                row(
                        "a pod ended, and another took its place",
                        See.well().pod("c", "n3").ended("c"),
                        true,
                        "",
                        ""),
                row(
                        "not ready for a moment",
                        See.well().unready("b", NOW.minusSeconds(20)),
                        false,
                        "probe_failing",
                        ""),
                row(
                        "not ready beyond its deadline",
                        See.well().unready("b", NOW.minusSeconds(601)),
                        false,
                        "not_ready",
                        "evict b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void heals(String scenario, See see, boolean healthy, String found, String steps) {
        see.assertPlan(healthy, found, steps);
    }
}
