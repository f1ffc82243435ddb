package dev.pavise.k8s.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.k8s.act.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What the planner sees of a Deployment, changed by each row of a table. */
final class See {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    static final Instant LONG_AGO = NOW.minus(Duration.ofHours(3));

    static final Target TARGET = Target.deployment("agents", "codetether");

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
                            name, "uid-" + name, "Running", "n1", null, true, LONG_AGO, null, true, false, List.of()));
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

    static PodView view(
            String name,
            String node,
            String phase,
            boolean ready,
            Instant changed,
            Instant until,
            String waiting,
            String ended) {
        ContainerView container = new ContainerView(
                "agent", ready, waiting == null, waiting == null ? 0 : 7, waiting, ended, NOW.minusSeconds(9), null);
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

    /** What is made of it. */
    void assertPlan(boolean healthy, String found, String steps) {
        Plan plan = plan();
        assertEquals(
                found, plan.findings().stream().map(each -> each.code().code()).collect(Collectors.joining(" ")));
        assertEquals(steps, plan.steps().stream().map(See::word).collect(Collectors.joining(", ")));
        assertEquals(healthy, plan.healthy());
    }

    static String word(Step step) {
        return switch (step) {
            case Step.Create made -> "create";
            case Step.Apply applied -> "apply";
            case Step.Scale scaled -> "scale " + scaled.from() + " to " + scaled.to();
            case Step.Restart restarted -> "restart";
            case Step.Evict evicted -> "evict " + evicted.pod();
        };
    }

    static Arguments row(String scenario, See see, boolean healthy, String found, String steps) {
        return Arguments.of(scenario, see, healthy, found, steps);
    }
}
