package dev.pavise.k8s.plan;

import static dev.pavise.k8s.plan.See.NOW;
import static dev.pavise.k8s.plan.See.row;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found of a Deployment as a whole: rollouts, disruption budgets, sidecars, its manifest and its number; and what is done about it. */
final class DeploymentFindingsTest {
    static Stream<Arguments> table() {
        return Stream.of(
                row(
                        "a rollout is going on",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").rollout("ReplicaSetUpdated", 1),
                        false,
                        "crash_loop rollout_in_progress",
                        ""),
                row(
                        "its controller has not seen the newest generation",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.observed = false),
                        false,
                        "crash_loop rollout_in_progress",
                        ""),
                row(
                        "a rollout is stuck, and the old pods serve",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").rollout("ProgressDeadlineExceeded", 1),
                        false,
                        "crash_loop rollout_stuck",
                        ""),
                row(
                        "a rollout is stuck, and none serves",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .rollout("ProgressDeadlineExceeded", 1),
                        false,
                        "crash_loop crash_loop rollout_stuck",
                        "restart"),
                row(
                        "paused",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.paused = true),
                        false,
                        "crash_loop paused",
                        ""),
                row(
                        "scaled to nothing",
                        See.well()
                                .without("a")
                                .without("b")
                                .change(see -> see.replicas = 0)
                                .rollout("NewReplicaSetAvailable", 0),
                        true,
                        "",
                        ""),
                row("none of its pods is there", See.well().without("a").without("b"), false, "pods_missing", ""),
                row(
                        "a quota keeps pods from being made",
                        See.well().without("b").change(see -> see.replicaFailure = "FailedCreate"),
                        false,
                        "pods_missing",
                        ""),
                row(
                        "being removed",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.deleting = true),
                        false,
                        "crash_loop",
                        ""),
                row(
                        "a disruption budget allows none",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").budget(false),
                        false,
                        "crash_loop disruption_not_allowed",
                        ""),
                row(
                        "a disruption budget lets the unready go",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").budget(true),
                        false,
                        "crash_loop",
                        "evict b"),
                row("one pod has no sidecar", See.well().naked("a").dressed("b"), false, "not_injected", "evict a"),
                row(
                        "no pod has its sidecar",
                        See.well().naked("a", "b"),
                        false,
                        "not_injected not_injected",
                        "restart"),
                row(
                        "no pod has its sidecar, and a budget allows none",
                        See.well().naked("a", "b").budget(true),
                        false,
                        "not_injected not_injected disruption_not_allowed",
                        ""),
                row(
                        "one pod has no sidecar, and another is unwell",
                        See.well().naked("a").unready("b", NOW.minusSeconds(5)),
                        false,
                        "probe_failing not_injected",
                        ""),
                row(
                        "one pod has no sidecar, and there is no injector",
                        See.well().naked("a").dressed("b").change(see -> see.injector = false),
                        false,
                        "not_injected injector_missing",
                        ""),
                row(
                        "missing, without a manifest",
                        See.well().change(see -> see.there = false),
                        false,
                        "missing_deployment",
                        ""),
                row(
                        "missing, with a manifest",
                        See.well().change(see -> {
                            see.there = false;
                            see.manifest = "new";
                        }),
                        false,
                        "missing_deployment",
                        "create"),
                row("the manifest is another", See.well().change(see -> see.manifest = "new"), true, "", "apply"),
                row(
                        "another number than was asked for",
                        See.well().change(see -> see.asked = "4"),
                        true,
                        "replicas_differ",
                        "scale 2 to 4"),
                row(
                        "scaling comes before healing",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.asked = "4"),
                        false,
                        "crash_loop replicas_differ",
                        "scale 2 to 4"),
                row(
                        "an autoscaler owns the number",
                        See.well().change(see -> {
                            see.asked = "4";
                            see.autoscaler = "hpa";
                        }),
                        true,
                        "autoscaled",
                        ""),
                row(
                        "the number that was asked for is none",
                        See.well().change(see -> see.asked = "101"),
                        true,
                        "replicas_differ",
                        ""),
                row(
                        "the number that was asked for is no number",
                        See.well().change(see -> see.asked = "-1"),
                        true,
                        "replicas_differ",
                        ""),
                row(
                        "something cannot be seen",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .change(see ->
                                        see.blind.add(new Finding(FindingCode.RBAC_DENIED, "x", "list pods", NOW))),
                        false,
                        "rbac_denied crash_loop",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void heals(String scenario, See see, boolean healthy, String found, String steps) {
        see.assertPlan(healthy, found, steps);
    }
}
