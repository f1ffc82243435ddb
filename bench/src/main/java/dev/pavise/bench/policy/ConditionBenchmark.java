package dev.pavise.bench.policy;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Condition;
import dev.pavise.policy.Decision;
import dev.pavise.policy.Deny;
import dev.pavise.policy.Facts;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import dev.pavise.policy.condition.Conditions;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.policy.route.RouteMatch;
import dev.pavise.proxy.gate.RequestFacts;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HttpVersion;
import dev.pavise.proxy.http.RequestHead;
import java.time.Instant;
import java.util.LinkedHashMap;
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

/** A decision with a condition: a request of 15 fields from the bearer of a token with 10 claims. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConditionBenchmark {
    private static final Permission LIST = Permission.parse("agent:list");
    private static final Policy POLICY = Policy.compile(
            List.of(new Role("reader", Set.of(LIST))),
            List.of(Binding.ofPrincipal("jwt:corp:alice", Set.of("reader"))),
            List.of(LIST),
            Map.of("corp", MayGrant.byDefault()));

    private final Conditions conditions = new Conditions();
    private final Rule tenant = rule("request.headers['x-tenant'] == identity.claims.tenant");
    private final Rule other = rule("request.headers['x-tenant'] != identity.claims.tenant");
    private final Rule loop = rule("identity.groups.exists(group, group == 'night')");
    private final Rule pattern = rule("request.path.matches('^/agents/[0-9]+/logs$')");
    private final Rule everyField = rule("!request.headers.exists(name, name.startsWith('x-debug'))");
    private final Principal alice;
    private final Facts facts;

    /** Makes the caller and the request. */
    public ConditionBenchmark() {
        Map<String, Object> claims = new LinkedHashMap<>();
        for (int i = 0; i < 9; i++) {
            claims.put("claim" + i, "value" + i);
        }
        claims.put("tenant", "acme");
        alice = POLICY.principal(
                new Subject.Token("corp", "alice", List.of(), List.of(), List.of("day", "night"), claims, Instant.MAX));
        HeaderBlock fields = new HeaderBlock();
        for (int i = 0; i < 14; i++) {
            fields.add("x-field-" + i, "a value of some length");
        }
        fields.add("x-tenant", "acme");
        RequestHead head = new RequestHead(
                HttpVersion.HTTP_1_1,
                "GET",
                "https",
                "agents.example.com",
                "agents.example.com",
                "/agents/4711/logs",
                null,
                0,
                null,
                true,
                false,
                fields);
        facts = new RequestFacts(
                head,
                new RouteLookup.Found<>(tenant, RouteMatch.path("/agents/{id}/logs")),
                "192.0.2.7",
                Instant.parse("2026-11-02T10:15:30Z"));
    }

    private Rule rule(String expression) {
        Condition condition = conditions.compile(expression, List.of("id"));
        return new Rule("agents", LIST, condition, false, Rule.Enforcement.ENFORCE);
    }

    /** Throws if a decision is not what it should be. */
    @Setup
    public void check() {
        for (Decision decision : List.of(tenant(), loop(), pattern(), everyField())) {
            if (!(decision instanceof Permit)) {
                throw new IllegalStateException("refused: " + decision);
            }
        }
        if (!(refused() instanceof Deny)) {
            throw new IllegalStateException("not refused");
        }
    }

    /** The example of the documentation. */
    @Benchmark
    public Decision tenant() {
        return POLICY.decide(alice, tenant, facts);
    }

    /** A refusal, with its explanation for the record. */
    @Benchmark
    public Decision refused() {
        return POLICY.decide(alice, other, facts);
    }

    /** A loop over a short list. */
    @Benchmark
    public Decision loop() {
        return POLICY.decide(alice, loop, facts);
    }

    /** A regular expression over the path. */
    @Benchmark
    public Decision pattern() {
        return POLICY.decide(alice, pattern, facts);
    }

    /** A look at all fields, of which a map has to be made. */
    @Benchmark
    public Decision everyField() {
        return POLICY.decide(alice, everyField, facts);
    }

    /** What a route with a condition adds to a load. */
    @Benchmark
    public Condition load() {
        return conditions.compile("request.headers['x-tenant'] == identity.claims.tenant", List.of("id"));
    }
}
