package dev.pavise.k8s.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.act.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found, and what is done about it. */
final class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(3));
    private static final Target TARGET = Target.deployment("agents", "codetether");
    private static final String SECONDS = String.valueOf(NOW.getEpochSecond());

    /** What is seen, changed by each row of the table. */
    private static final class See {
        final List<PodView> pods = new ArrayList<>();
        final Map<String, NodeView> nodes = new HashMap<>();
        final List<BudgetView> budgets = new ArrayList<>();
        final List<Finding> blind = new ArrayList<>();
        boolean there = true;
        boolean observed = true;
        boolean deleting;
        boolean paused;
        int replicas = 2;
        int updated = 2;
        String progress = "NewReplicaSetAvailable";
        String replicaFailure;
        String asked;
        String history = "";
        String autoscaler;
        boolean injector = true;
        boolean nodesSeen = true;
        String manifest = "";
        HealPolicy policy = HealPolicy.DEFAULT;

        static See well() {
            See see = new See();
            see.node("n1", true, LONG_AGO).node("n2", true, LONG_AGO).node("n3", true, LONG_AGO);
            return see.pod("a", "n1").pod("b", "n2");
        }

        See node(String name, boolean ready, Instant since) {
            nodes.put(name, new NodeView(name, ready, since));
            return this;
        }

        See pod(String name, String node) {
            pods.add(view(name, node, "Running", true, LONG_AGO, null, null, null));
            return this;
        }

        See without(String name) {
            pods.removeIf(each -> each.name().equals(name));
            return this;
        }

        See waiting(String name, String reason, String ended) {
            without(name).pods.add(view(name, "n1", "Running", false, LONG_AGO, null, reason, ended));
            return this;
        }

        See unready(String name, Instant since) {
            without(name).pods.add(view(name, "n1", "Running", false, since, null, null, null));
            return this;
        }

        See killedOnce(String name) {
            without(name)
                    .pods
                    .add(new PodView(
                            name,
                            "uid-" + name,
                            "Running",
                            "n1",
                            null,
                            true,
                            LONG_AGO,
                            null,
                            false,
                            false,
                            List.of(new ContainerView(
                                    "agent", true, true, 1, null, "OOMKilled", NOW.minusSeconds(30), "256Mi"))));
            return this;
        }

        See unschedulable(String name) {
            without(name)
                    .pods
                    .add(new PodView(
                            name,
                            "uid-" + name,
                            "Pending",
                            null,
                            null,
                            false,
                            NOW,
                            "0/3 nodes are available",
                            false,
                            false,
                            List.of()));
            return this;
        }

        See terminating(String name, Instant until) {
            without(name).pods.add(view(name, "n1", "Running", true, LONG_AGO, until, null, null));
            return this;
        }

        See ended(String name) {
            without(name).pods.add(view(name, "n1", "Failed", false, LONG_AGO, null, null, "Evicted"));
            return this;
        }

        See naked(String... names) {
            for (String name : names) {
                without(name)
                        .pods
                        .add(new PodView(
                                name,
                                "uid-" + name,
                                "Running",
                                "n1",
                                null,
                                true,
                                LONG_AGO,
                                null,
                                true,
                                false,
                                List.of()));
            }
            return this;
        }

        See dressed(String name) {
            without(name)
                    .pods
                    .add(new PodView(
                            name, "uid-" + name, "Running", "n1", null, true, LONG_AGO, null, true, true, List.of()));
            return this;
        }

        See budget(boolean unreadyToo) {
            budgets.add(new BudgetView("pdb", Set.of("a", "b"), 0, unreadyToo));
            return this;
        }

        See rollout(String reason, int newest) {
            progress = reason;
            updated = newest;
            return this;
        }

        See healed(Duration... ago) {
            history = Stream.of(ago)
                    .map(each -> String.valueOf(NOW.minus(each).getEpochSecond()))
                    .collect(Collectors.joining(" "));
            return this;
        }

        See change(java.util.function.Consumer<See> change) {
            change.accept(this);
            return this;
        }

        private static PodView view(
                String name,
                String node,
                String phase,
                boolean ready,
                Instant changed,
                Instant until,
                String waiting,
                String ended) {
            ContainerView container = new ContainerView(
                    "agent",
                    ready,
                    waiting == null,
                    waiting == null ? 0 : 7,
                    waiting,
                    ended,
                    NOW.minusSeconds(9),
                    null);
            return new PodView(
                    name, "uid-" + name, phase, node, until, ready, changed, null, false, false, List.of(container));
        }

        Plan plan() {
            DeploymentView deployment = new DeploymentView(
                    TARGET,
                    "uid",
                    "1",
                    observed,
                    deleting,
                    paused,
                    replicas,
                    replicas,
                    updated,
                    replicas,
                    progress,
                    replicaFailure,
                    Duration.ofMinutes(10),
                    asked,
                    history,
                    manifest.isEmpty() ? "" : "old");
            Observed sight = new Observed(
                    there ? deployment : null,
                    pods,
                    nodesSeen ? nodes : null,
                    budgets,
                    autoscaler,
                    injector,
                    List.of(),
                    blind,
                    NOW);
            return Planner.plan(new Desired(TARGET, manifest, policy), sight);
        }
    }

    private static String word(Step step) {
        return switch (step) {
            case Step.Create made -> "create";
            case Step.Apply applied -> "apply";
            case Step.Scale scaled -> "scale " + scaled.from() + " to " + scaled.to();
            case Step.Restart restarted -> "restart";
            case Step.Evict evicted -> "evict " + evicted.pod();
        };
    }

    private static Arguments row(String scenario, See see, boolean healthy, String found, String steps) {
        return Arguments.of(scenario, see, healthy, found, steps);
    }

    static Stream<Arguments> table() {
        Duration minute = Duration.ofMinutes(1);
        return Stream.of(
                row("all is well", See.well(), true, "", ""),
                row(
                        "one of two crashes",
                        See.well().waiting("b", "CrashLoopBackOff", "Error"),
                        false,
                        "crash_loop",
                        "evict b"),
                row(
                        "all crash",
                        See.well().waiting("a", "CrashLoopBackOff", "Error").waiting("b", "CrashLoopBackOff", "Error"),
                        false,
                        "crash_loop crash_loop",
                        "restart"),
                row(
                        "all crash, and were restarted just now",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofSeconds(30)),
                        false,
                        "crash_loop crash_loop backing_off",
                        ""),
                row(
                        "all crash, and were restarted a while ago",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(minute),
                        false,
                        "crash_loop crash_loop",
                        "restart"),
                row(
                        "all crash after two restarts: twice the pause",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(5), Duration.ofSeconds(90)),
                        false,
                        "crash_loop crash_loop backing_off",
                        ""),
                row(
                        "all crash, and the budget is spent",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(50), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                        false,
                        "crash_loop crash_loop needs_a_human",
                        ""),
                row(
                        "the budget frees after its hour",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(61), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                        false,
                        "crash_loop",
                        "evict b"),
                row(
                        "healed by a clock that runs ahead",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").healed(Duration.ofMinutes(-5)),
                        false,
                        "crash_loop backing_off",
                        ""),
                row(
                        "the budget is zero: nothing is done",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .change(see ->
                                        see.policy = new HealPolicy(true, 0, Duration.ofHours(1), minute, minute)),
                        false,
                        "crash_loop needs_a_human",
                        ""),
                row(
                        "healing is off",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .change(see ->
                                        see.policy = new HealPolicy(false, 3, Duration.ofHours(1), minute, minute)),
                        false,
                        "crash_loop",
                        ""),
                row(
                        "somebody else wrote the history",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.history = "never"),
                        false,
                        "crash_loop history_unreadable",
                        ""),
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
                        "evict b"),
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
        Plan plan = see.plan();
        assertEquals(
                found, plan.findings().stream().map(each -> each.code().code()).collect(Collectors.joining(" ")));
        assertEquals(steps, plan.steps().stream().map(PlannerTest::word).collect(Collectors.joining(", ")));
        assertEquals(healthy, plan.healthy());
    }

    @Test
    void countsTheActInTheHistoryThatItCarries() {
        Step step = See.well()
                .waiting("b", "CrashLoopBackOff", "Error")
                .healed(Duration.ofMinutes(90), Duration.ofMinutes(10))
                .plan()
                .steps()
                .getFirst();
        String kept = String.valueOf(NOW.minus(Duration.ofMinutes(10)).getEpochSecond());
        assertEquals(kept + " " + SECONDS, ((Step.Evict) step).history());
        assertEquals("uid-b", ((Step.Evict) step).uid());
    }

    @Test
    void neverActsMoreOftenThanTheBudgetWhateverIsSeen() {
        Random random = new Random(7);
        String[] reasons = {"CrashLoopBackOff", "ImagePullBackOff", "RunContainerError", "ContainerCreating", ""};
        for (int run = 0; run < 200; run++) {
            String history = "";
            int acts = 0;
            for (int minute = 0; minute < 60; minute++) {
                See see = See.well();
                see.history = history;
                for (String pod : List.of("a", "b")) {
                    String reason = reasons[random.nextInt(reasons.length)];
                    see.waiting(pod, reason, random.nextBoolean() ? "OOMKilled" : null);
                }
                if (random.nextInt(4) == 0) {
                    see.budget(random.nextBoolean());
                }
                for (Step step : see.plan().steps()) {
                    acts++;
                    history = switch (step) {
                        case Step.Evict evicted -> evicted.history();
                        case Step.Restart restarted -> restarted.history();
                        default -> throw new AssertionError(step.toString());
                    };
                }
            }
            assertTrue(acts <= HealPolicy.DEFAULT.budget(), "acts: " + acts);
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"x", " 1", "1 ", "1  2", "-1", "1,2", "123456789012", "1\n2", "\u0661"})
    void refusesAHistoryThatItDidNotWrite(String text) {
        assertTrue(HealHistory.parse(text).isEmpty());
        assertTrue(HealHistory.parse("1 ".repeat(600) + "1").isEmpty());
    }
}
