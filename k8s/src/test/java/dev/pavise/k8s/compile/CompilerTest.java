package dev.pavise.k8s.compile;

import static dev.pavise.k8s.compile.Samples.BASE;
import static dev.pavise.k8s.compile.Samples.NAMESPACE;
import static dev.pavise.k8s.compile.Samples.changed;
import static dev.pavise.k8s.compile.Samples.resource;
import static dev.pavise.k8s.compile.Samples.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CompilerTest {
    private final Compiler compiler = new Compiler(Samples.settings(), InstantSource.system());

    private Compiled.Ready compile(Map<String, String> before, Resource... resources) {
        return assertInstanceOf(Compiled.Ready.class, compiler.compile(BASE, NAMESPACE, List.of(resources), before));
    }

    private Compiled.Ready compile(Resource... resources) {
        return compile(Map.of(), resources);
    }

    private static GatewayConfig config(Compiled.Ready ready) {
        ConfigJudge judge = new ConfigJudge(NAMESPACE, Map.of());
        return assertInstanceOf(
                        ConfigJudge.Judged.Fit.class, judge.judge(ready.files().get(Compiled.Ready.CONFIG)))
                .config();
    }

    private static List<String> paths(Compiled.Ready ready) {
        return config(ready).routes().stream()
                .map(route -> route.match().path())
                .toList();
    }

    private static Verdict.Refused refused(Compiled.Ready ready, Resource resource) {
        return assertInstanceOf(Verdict.Refused.class, verdict(ready, resource));
    }

    private static Verdict verdict(Compiled.Ready ready, Resource resource) {
        return ready.verdicts().stream()
                .filter(each -> each.resource().id().equals(resource.id()))
                .findFirst()
                .orElseThrow();
    }

    private static boolean allAccepted(Compiled.Ready ready) {
        return ready.verdicts().stream().allMatch(Verdict.Accepted.class::isInstance);
    }

    @Test
    void baseAloneSaysWhatItSaid() {
        Compiled.Ready ready = compile();
        GatewayConfig made = config(ready);
        GatewayConfig plain = assertInstanceOf(
                        ConfigJudge.Judged.Fit.class, new ConfigJudge(NAMESPACE, Map.of()).judge(BASE))
                .config();
        assertEquals(plain.upstreams().keySet(), made.upstreams().keySet());
        assertEquals(plain.listen(), made.listen());
        assertEquals(plain.audit(), made.audit());
        assertEquals(plain.hosts(), made.hosts());
        assertEquals(plain.limits(), made.limits());
        assertEquals(1, made.routes().size());
        assertTrue(ready.files().get("pavise.yaml").contains("\"http://127.0.0.1:${PAVISE_APP_PORT}\""));
    }

    @Test
    void resourcesSayWhatTheFileWouldSay() {
        Compiled.Ready ready = compile(
                resource(
                        Kind.AGENT,
                        "runtime",
                        1,
                        "{service: {name: runtime, port: 9000}, connect_timeout: 2s, health: {path: /healthz}}"),
                resource(Kind.GATEWAY_ROLE, "developer", 1, "{permissions: [\"agent:list\", \"agent:logs\"]}"),
                resource(Kind.GATEWAY_ROUTE, "logs", 1, """
                        {match: {path: "/agents/{id}/logs", methods: [GET], headers: {x-tenant: a}}, permission: "agent:logs", upstream: runtime,
                         limit: "100/minute burst 5", timeout: 5s, body: {size: 1024}, when: "request.path.startsWith('/agents/')", audit: {durability: disk}}"""),
                resource(Kind.GATEWAY_ROLE_BINDING, "developers", 1, "{group: dev, roles: [developer]}"));
        assertTrue(allAccepted(ready), ready.verdicts().toString());
        GatewayConfig config = config(ready);
        RouteConfig route = config.routes().get(1);
        assertEquals("logs", route.name());
        assertEquals(List.of("GET"), route.match().methods());
        assertEquals(Map.of("x-tenant", "a"), route.match().headers());
        assertEquals("100/minute burst 5", route.limit());
        assertEquals(Duration.ofSeconds(5), route.timeout());
        assertEquals(1024, route.bodySize().bytes());
        assertEquals(
                "http://runtime.agents.svc:9000",
                config.upstreams().get("runtime").urls().getFirst().toString());
        assertEquals("developer", config.access().roles().get(1).name());
        assertEquals(List.of("developer"), config.access().bindings().get(1).roles());
    }

    @Test
    void orderDoesNotMatter() {
        List<Resource> all = new ArrayList<>(List.of(
                route("a", 1, "/a"),
                route("b", 1, "/b"),
                resource(Kind.AGENT, "runtime", 3, "{url: \"http://runtime.agents.svc:1\"}"),
                resource(Kind.GATEWAY_ROLE, "developer", 1, "{permissions: [\"agent:list\"]}"),
                resource(
                        Kind.GATEWAY_ROUTE,
                        "bad",
                        1,
                        "{match: {path: nonsense}, permission: \"agent:list\", upstream: app}")));
        Compiled.Ready first = compile(all.toArray(Resource[]::new));
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(all, new Random(seed));
            assertEquals(first.files(), compile(all.toArray(Resource[]::new)).files());
        }
    }

    @Test
    void compilingItsOwnResultChangesNothing() {
        Resource[] all = {route("a", 1, "/a"), route("b", 2, "/a")};
        Compiled.Ready first = compile(all);
        assertEquals(first.files(), compile(first.files(), all).files());
    }

    @Test
    void lastGoodSpecStaysInForce() {
        Resource good = route("a", 1, "/a");
        Compiled.Ready before = compile(good);
        Resource bad =
                changed(good, "{match: {path: \"/a2\"}, permission: \"agent:list\", upstream: app, limit: often}");
        Compiled.Ready now = compile(before.files(), bad, route("b", 2, "/b"));
        assertEquals(List.of("/operator/**", "/a", "/b"), paths(now));
        Verdict.Refused refused = refused(now, bad);
        assertEquals(Verdict.Reason.INVALID, refused.reason());
        assertEquals(1, refused.inForce());
        assertTrue(refused.why().startsWith("spec.limit: "), refused.why());
        Compiled.Ready later = compile(now.files(), bad, route("b", 2, "/b"));
        assertEquals(now.files(), later.files(), "it is remembered for good");
        Resource mended = changed(bad, "{match: {path: \"/a3\"}, permission: \"agent:list\", upstream: app}");
        assertEquals(List.of("/operator/**", "/a3", "/b"), paths(compile(later.files(), mended, route("b", 2, "/b"))));
    }

    @Test
    void anotherOfTheSameNameHasNothingInForce() {
        Resource good = route("a", 1, "/a");
        Compiled.Ready before = compile(good);
        Resource other = new Resource(
                Kind.GATEWAY_ROUTE, NAMESPACE, "a", "another", 1, good.created(), Map.of("upstream", "app"));
        Compiled.Ready now = compile(before.files(), other);
        assertEquals(List.of("/operator/**"), paths(now));
        assertEquals(0, refused(now, other).inForce());
    }

    @Test
    void changeOfAnOlderOneTakesNothingAway() {
        Resource older = route("a", 1, "/a");
        Resource younger = route("b", 2, "/b");
        Compiled.Ready before = compile(older, younger);
        Resource greedy = changed(older, "{match: {path: \"/b\"}, permission: \"agent:list\", upstream: app}");
        Compiled.Ready now = compile(before.files(), greedy, younger);
        assertEquals(List.of("/operator/**", "/a", "/b"), paths(now));
        assertEquals(Verdict.Reason.CONFLICT, refused(now, greedy).reason());
        assertInstanceOf(Verdict.Accepted.class, verdict(now, younger));
    }

    @Test
    void twoMayChangePlaces() {
        Resource one = route("a", 1, "/a");
        Resource two = route("b", 2, "/b");
        Compiled.Ready before = compile(one, two);
        Compiled.Ready now = compile(
                before.files(),
                changed(one, "{match: {path: \"/b\"}, permission: \"agent:list\", upstream: app}"),
                changed(two, "{match: {path: \"/a\"}, permission: \"agent:list\", upstream: app}"),
                resource(
                        Kind.GATEWAY_ROUTE,
                        "bad",
                        3,
                        "{match: {path: nonsense}, permission: \"agent:list\", upstream: app}"));
        assertEquals(List.of("/operator/**", "/b", "/a"), paths(now));
    }

    @Test
    void theOlderOfTwoNewOnesWins() {
        Resource younger = route("a", 2, "/x");
        Resource older = route("b", 1, "/x");
        Compiled.Ready ready = compile(younger, older);
        assertInstanceOf(Verdict.Accepted.class, verdict(ready, older));
        assertEquals(Verdict.Reason.CONFLICT, refused(ready, younger).reason());
    }

    @Test
    void removedOneIsTakenOutWithWhatNeedsIt() {
        Resource agent = resource(Kind.AGENT, "runtime", 1, "{service: {name: runtime, port: 9000}}");
        Resource route = resource(
                Kind.GATEWAY_ROUTE, "r", 2, "{match: {path: \"/r\"}, permission: \"agent:list\", upstream: runtime}");
        Compiled.Ready before = compile(agent, route);
        Compiled.Ready now = compile(before.files(), route);
        assertEquals(List.of("/operator/**"), paths(now));
        assertTrue(
                refused(now, route).why().contains("spec.upstream"),
                refused(now, route).why());
        assertFalse(config(now).upstreams().containsKey("runtime"));
        assertTrue(allAccepted(compile(now.files(), agent, route)), "and comes back with it");
    }

    @Test
    void aFewBadOnesAmongManyAreFound() {
        List<Resource> many = new ArrayList<>(IntStream.range(0, 300)
                .mapToObj(at -> route("r" + at, at, "/r/" + at))
                .toList());
        many.set(
                77,
                resource(
                        Kind.GATEWAY_ROUTE,
                        "r77",
                        77,
                        "{match: {path: \"/r/76\"}, permission: \"agent:list\", upstream: app}"));
        many.set(
                200,
                resource(
                        Kind.GATEWAY_ROUTE,
                        "r200",
                        200,
                        "{match: {path: \"/x\"}, permission: \"agent:list\", upstream: app, when: \"1 +\"}"));
        Compiled.Ready ready = compile(many.toArray(Resource[]::new));
        assertEquals(
                List.of("r77", "r200"),
                ready.verdicts().stream()
                        .filter(Verdict.Refused.class::isInstance)
                        .map(each -> each.resource().name())
                        .toList());
        assertEquals(299, paths(ready).size());
    }

    @Test
    void refusesMoreThanFit() {
        String when = "'" + "x".repeat(4000) + "' != request.path";
        List<Resource> many = IntStream.range(0, 200)
                .mapToObj(at -> resource(
                        Kind.GATEWAY_ROUTE,
                        "r" + at,
                        at,
                        "{match: {path: \"/r/" + at + "\"}, permission: \"agent:list\", upstream: app, when: \"" + when
                                + "\"}"))
                .toList();
        Compiled.Ready ready = compile(many.toArray(Resource[]::new));
        long size = ready.files().values().stream().mapToLong(String::length).sum();
        assertTrue(size <= Trial.MOST_BYTES && size > Trial.MOST_BYTES / 2, size + " bytes");
        assertEquals(Verdict.Reason.TOO_LARGE, refused(ready, many.getLast()).reason());
        assertInstanceOf(Verdict.Accepted.class, verdict(ready, many.getFirst()));
    }

    @Test
    void refusesMoreThanTheOperatorLets() {
        Allowance two = new Allowance(List.of("app"), List.of(), false, false, null, Map.of(), 2);
        Compiler bounded = new Compiler(new ResourceSettings(Path.of("b"), List.of(), two), InstantSource.system());
        Compiled.Ready ready = assertInstanceOf(
                Compiled.Ready.class,
                bounded.compile(
                        BASE,
                        NAMESPACE,
                        List.of(route("a", 1, "/a"), route("b", 2, "/b"), route("c", 3, "/c")),
                        Map.of()));
        assertEquals(List.of("/operator/**", "/a", "/b"), paths(ready));
        assertEquals(
                Verdict.Reason.TOO_LARGE, refused(ready, route("c", 3, "/c")).reason());
    }

    @Test
    void rolesGoIntoEitherFormOfTheBase() {
        String base =
                BASE.replace("- {name: sre, permissions: [\"audit:read\"]}", "sre: {permissions: [\"audit:read\"]}");
        Compiled.Ready ready = assertInstanceOf(
                Compiled.Ready.class,
                compiler.compile(
                        base,
                        NAMESPACE,
                        List.of(resource(Kind.GATEWAY_ROLE, "developer", 1, "{permissions: [\"agent:list\"]}")),
                        Map.of()));
        assertTrue(allAccepted(ready));
        assertEquals(2, config(ready).access().roles().size());
    }

    @Test
    void baseThatDoesNotLoadChangesNothing() {
        for (String bad : List.of(
                "",
                "listen: 1",
                BASE + "\nnonsense: 1",
                BASE.replace("PAVISE_APP_PORT", "UNKNOWN"),
                BASE.replaceFirst("(?s)roles:.*bindings", "roles_file: r.yaml\nbindings"))) {
            assertInstanceOf(Compiled.BaseRefused.class, compiler.compile(bad, NAMESPACE, List.of(), Map.of()), bad);
        }
    }

    @Test
    void spoiltMemoryIsNoMemory() {
        for (String spoilt :
                List.of("", "null", "{", "[]", "{\"GatewayRoute/a\": 1}", "{\"GatewayRoute/a\": {\"uid\": 1}}")) {
            assertTrue(allAccepted(compile(Map.of(Remembered.FILE, spoilt), route("a", 1, "/a"))));
        }
    }

    @Test
    void whatIsRememberedIsJudgedAnew() {
        Resource route = route("a", 1, "/a");
        Resource bad = changed(route, "{match: {path: \"/a\"}}");
        String forged = """
                {"GatewayRoute/a": {"uid": "%s", "generation": 1, "spec":
                 {"match": {"path": "/a"}, "permission": "k8s:scale", "upstream": "billing", "pass_credential": true}}}""".formatted(route.uid());
        assertEquals(List.of("/operator/**"), paths(compile(Map.of(Remembered.FILE, forged), bad)));
    }
}
