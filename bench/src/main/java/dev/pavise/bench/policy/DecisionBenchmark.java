package dev.pavise.bench.policy;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Decision;
import dev.pavise.policy.Facts;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import dev.pavise.policy.route.HeaderLookup;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.policy.route.RouteMatch;
import dev.pavise.policy.route.RouteTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a known identity to a decision: the route out of 1,000, and whether any of 100 roles allows it. One caller asks for 16 paths in turn, some
 * with variables, so that neither is always the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
    private static final int ROUTES = 1_000;
    private static final int ROLES = 100;
    private static final int PATHS = 16;
    private static final HeaderLookup NO_HEADERS = name -> null;

    private final List<String> paths = new ArrayList<>();
    private RouteTable<Rule> routes = new RouteTable.Builder<Rule>().build(List.of());
    private Policy policy = Policy.compile(List.of(), List.of(), List.of(), Map.of());
    private Principal caller = policy.principal(new Subject.Operator());
    private int turn;

    /** Makes routes, roles, and a caller who holds all the roles. */
    @Setup
    public void prepare() {
        RouteTable.Builder<Rule> table = new RouteTable.Builder<>();
        List<Permission> named = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            Permission needed = Permission.parse("service" + i + ":read");
            named.add(needed);
            table.add(
                    RouteMatch.path(i % 2 == 0 ? "/service" + i + "/{id}/items" : "/service" + i + "/items")
                            .methods(List.of("GET")),
                    Rule.of("route " + i, needed));
        }
        routes = table.build(List.of());
        List<Role> roles = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < ROLES; i++) {
            Set<Permission> some = new LinkedHashSet<>(named.subList(i * 10, i * 10 + 10));
            roles.add(new Role("role" + i, some));
            names.add("role" + i);
        }
        policy = Policy.compile(
                roles,
                List.of(Binding.ofPrincipal("jwt:corp:alice", names)),
                named,
                Map.of("corp", MayGrant.byDefault()));
        caller = policy.principal(
                new Subject.Token("corp", "alice", List.of(), List.of(), List.of(), Map.of(), Instant.MAX));
        for (int i = 0; i < PATHS; i++) {
            int route = i * 61;
            paths.add(route % 2 == 0 ? "/service" + route + "/4711/items" : "/service" + route + "/items");
        }
    }

    /** Looks the route up and decides. */
    @Benchmark
    public Decision decide() {
        String path = paths.get(turn++ & (PATHS - 1));
        return routes.find("GET", "agents.example.com", path, NO_HEADERS) instanceof RouteLookup.Found<Rule> found
                ? policy.decide(caller, found.route(), Facts.NONE)
                : failed();
    }

    private static Decision failed() {
        throw new IllegalStateException("a path of the benchmark has no route");
    }
}
