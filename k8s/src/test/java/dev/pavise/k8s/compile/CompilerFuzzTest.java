package dev.pavise.k8s.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.proxy.config.GatewayConfig;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever resources hold: nothing is thrown, what comes out loads, and of the base nothing is lost or weakened. */
final class CompilerFuzzTest {
    private static final int ROUNDS = 400;
    private static final List<String> KEYS = List.of(
            "match",
            "path",
            "methods",
            "headers",
            "host",
            "permission",
            "permissions",
            "upstream",
            "limit",
            "timeout",
            "body",
            "size",
            "pass_credential",
            "opa",
            "when",
            "enforce",
            "audit",
            "name",
            "url",
            "urls",
            "service",
            "port",
            "tls",
            "ca",
            "ca_pem",
            "cert",
            "key",
            "server_name",
            "protocol",
            "health",
            "principal",
            "group",
            "roles",
            "tool_id",
            "durability",
            "<<",
            "",
            "a.b",
            "x[0]",
            "é\u2028",
            "'",
            "- a");
    private static final List<Object> VALUES = List.of(
            "/a",
            "/b/{x}",
            "/**",
            "/operator/x",
            "agent:list",
            "ops:use",
            "*",
            "app",
            "r1",
            "runtime",
            "10/s",
            "5s",
            "true",
            true,
            false,
            0L,
            1L,
            -1L,
            1.5,
            "http://runtime.agents.svc:1",
            "http://127.0.0.1",
            "${HOME}",
            "$${X}",
            "request.path == '/a'",
            "on",
            "audit-only",
            "admin",
            "sre",
            "null",
            "~",
            "",
            " ",
            "a: b",
            "- a",
            "# no",
            "\n---\n",
            "&a",
            "*a",
            "!!binary x",
            "\u0000",
            "\ud800",
            "\uFFFE",
            "\u0085",
            "😀",
            "x".repeat(5000),
            "\"",
            "\\",
            "%",
            "@",
            "`",
            "{",
            "]");

    private final Random random = new Random(7);
    private final Compiler compiler = new Compiler(Samples.settings(), InstantSource.system());
    private final ConfigJudge judge = new ConfigJudge(Samples.NAMESPACE, Map.of());

    @Test
    void whateverResourcesHoldTheResultLoads() {
        GatewayConfig base = assertInstanceOf(ConfigJudge.Judged.Fit.class, judge.judge(Samples.BASE))
                .config();
        Map<String, String> before = Map.of();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<Resource> resources = resources();
            Compiled.Ready ready = assertInstanceOf(
                    Compiled.Ready.class,
                    compiler.compile(Samples.BASE, Samples.NAMESPACE, resources, before),
                    resources::toString);
            GatewayConfig made = assertInstanceOf(
                            ConfigJudge.Judged.Fit.class,
                            judge.judge(ready.files().get(Compiled.Ready.CONFIG)),
                            resources::toString)
                    .config();
            assertEquals(resources.size(), ready.verdicts().size());
            assertEquals(base.listen(), made.listen());
            assertEquals(base.tls(), made.tls());
            assertEquals(
                    base.identity().issuers().size(), made.identity().issuers().size());
            assertEquals(
                    base.routes().getFirst().permission(),
                    made.routes().getFirst().permission());
            assertEquals(
                    base.upstreams().get("billing").urls(),
                    made.upstreams().get("billing").urls());
            made.access().roles().stream()
                    .filter(role -> !role.name().equals("sre"))
                    .forEach(role -> assertEquals(
                            List.of("agent:list"),
                            role.permissions().stream().distinct().toList()));
            accepted += (int) ready.verdicts().stream()
                    .filter(Verdict.Accepted.class::isInstance)
                    .count();
            before = ready.files();
        }
        assertTrue(accepted > ROUNDS / 4, "only " + accepted + " were accepted, which tries little");
    }

    private List<Resource> resources() {
        List<Resource> all = new ArrayList<>();
        for (int at = random.nextInt(6); at >= 0; at--) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            String name = "r" + at;
            all.add(new Resource(
                    kind,
                    Samples.NAMESPACE,
                    name,
                    "uid" + name + kind,
                    random.nextInt(9),
                    Instant.ofEpochSecond(random.nextInt(9)),
                    spec(kind)));
        }
        return all;
    }

    /** Often something good with one thing spoilt, as that gets further than noise. */
    private Map<String, Object> spec(Kind kind) {
        Map<String, Object> spec = new TreeMap<>(
                switch (kind) {
                    case AGENT -> Samples.map("{service: {name: runtime, port: 9000}}");
                    case GATEWAY_ROLE -> Samples.map("{permissions: [\"agent:list\"]}");
                    case TOOL_MANIFEST -> Samples.map("{tool_id: x}");
                    case GATEWAY_ROUTE ->
                        Samples.map("{match: {path: \"/r/" + random.nextInt(9)
                                + "\"}, permission: \"agent:list\", upstream: app}");
                    case GATEWAY_ROLE_BINDING -> Samples.map("{group: g, roles: [r1]}");
                });
        for (int change = random.nextInt(3); change > 0; change--)
            spec.put(KEYS.get(random.nextInt(KEYS.size())), value(3));
        return spec;
    }

    private Object value(int depth) {
        int what = random.nextInt(depth > 0 ? 10 : 7);
        if (what < 7) return VALUES.get(random.nextInt(VALUES.size()));
        if (what == 7) {
            List<Object> list = new ArrayList<>();
            for (int at = random.nextInt(3); at > 0; at--) list.add(value(depth - 1));
            return list;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int at = random.nextInt(3); at > 0; at--) map.put(KEYS.get(random.nextInt(KEYS.size())), value(depth - 1));
        return map;
    }
}
