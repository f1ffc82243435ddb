package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Conditions of routes, over real connections: who passes, what the others learn, what is recorded, and what a reload does to streams. */
final class RouteConditionTest {
    private static final String TENANT = "request.headers['x-tenant'] == identity.claims.tenant";

    @TempDir
    Path folder;

    private final String alice = Jwt.with("alice", ",\"tenant\":\"acme\"");
    private final CountDownLatch never = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;

    private static String yaml(int port, String when) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/{id}/**"}, permission: "agent:list", upstream: runtime, when: "%s"}
                """.formatted(port, when) + Jwt.ISSUER;
    }

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().startsWith("/agents/stream")) {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                never.await(60, TimeUnit.SECONDS);
            } else {
                RawOrigin.respond(wire, "one");
            }
        });
        gateway = TestGateway.start(folder, yaml(origin.port(), TENANT));
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
    }

    @Test
    void letsATenantReachItsOwn() throws Exception {
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            assertEquals(
                    200,
                    wire.as(alice, "GET", "/agents/1/x", "X-Tenant: acme\r\n")
                            .answer()
                            .status());
            var head = Http2Client.head("GET", "/agents/2/x");
            head.set("authorization", "Bearer " + alice);
            head.set("x-tenant", "acme");
            assertEquals(200, client.open(head, true).message().status());
        }
        assertEquals(2, origin.seen().size());
    }

    @Test
    void refusesOthersAndTellsNeitherTextNorValues() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            for (String sent : List.of(
                    "X-Tenant: globex\r\n",
                    "",
                    "X-Tenant: acme\r\nX-Tenant: acme\r\n",
                    "X-Tenant: acme\r\nX_Tenant: globex\r\n")) {
                Wire.Message answer = wire.as(alice, "GET", "/agents/1/x", sent).answer();
                assertEquals(403, answer.status(), sent);
                JsonNode problem = JsonMapper.shared().readTree(answer.body());
                assertEquals("forbidden", problem.get("code").asString());
                assertEquals("agents", problem.get("rule").asString());
                assertEquals("agent:list", problem.get("needed").asString());
                assertEquals("condition", problem.get("missing").asString());
                assertFalse(answer.text().contains("tenant"), answer.text());
                assertFalse(answer.text().contains("acme"), answer.text());
            }
            String noClaim = Jwt.with("alice", "");
            assertEquals(
                    403,
                    wire.as(noClaim, "GET", "/agents/1/x", "X-Tenant: acme\r\n")
                            .answer()
                            .status());
        }
        assertEquals(List.of(), origin.seen());
        List<JsonNode> records = Trail.of(gateway).of("/agents/1/x");
        assertEquals(
                List.of(
                        "condition_failed",
                        "condition_error",
                        "condition_failed",
                        "condition_failed",
                        "condition_error"),
                records.stream().map(record -> Trail.metadata(record, "reason")).toList());
        String detail = Trail.metadata(records.getFirst(), "detail");
        assertTrue(detail.contains("`request.headers[\"x-tenant\"] == identity.claims.tenant` is false"), detail);
        assertFalse(records.toString().contains("globex"), "what the caller sent is not recorded");
    }

    @Test
    void needsThePermissionFirst() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            String mallory = Jwt.with("mallory", ",\"tenant\":\"acme\"");
            Wire.Message answer =
                    wire.as(mallory, "GET", "/agents/1/x", "X-Tenant: acme\r\n").answer();
            assertEquals(403, answer.status());
            assertTrue(answer.text().contains("\"missing\":\"permission\""), answer.text());
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void showsNoCredentialToAConditionThatLooksAtAllHeaders() throws Exception {
        assertEquals(
                List.of(),
                gateway.reload(yaml(
                        origin.port(),
                        "!request.headers.exists(name, name == 'authorization' || name == 'cookie' || name.startsWith('x-pavise-'))"
                                + " && request.headers.exists(name, name == 'x-other')")));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    200,
                    wire.as(
                                    alice,
                                    "GET",
                                    "/agents/1/x",
                                    "Cookie: a=b\r\nX-Pavise-Principal: operator\r\nX-Other: 1\r\n")
                            .answer()
                            .status());
        }
    }

    @Test
    void endsALiveStreamWhenAReloadMakesItsConditionFail() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            wire.as(alice, "GET", "/agents/stream/1", "X-Tenant: acme\r\n").head();
            assertEquals("first", new String(wire.chunk()));
            assertEquals(List.of(), gateway.reload(yaml(origin.port(), TENANT + " && request.params.id != 'stream'")));
            assertTrue(wire.isEnded());
        }
        assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream/1"), "ended"));
    }

    @Test
    void keepsAStreamWhoseConditionHoldsStill() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            wire.as(alice, "GET", "/agents/stream/1", "X-Tenant: acme\r\n").head();
            assertEquals("first", new String(wire.chunk()));
            assertEquals(List.of(), gateway.reload(yaml(origin.port(), TENANT + " && request.method == 'GET'")));
            try (Wire other = Wire.to(gateway)) {
                other.as(alice, "GET", "/agents/stream/2", "X-Tenant: acme\r\n").head();
            }
            Trail.of(gateway).end("/agents/stream/2"); // by now the sweep has been at the first one, too
            assertEquals(2, Trail.of(gateway).of("/agents/stream/1").size());
        }
    }

    @Test
    void refusesAConfigurationWithTheConditionsPlace() throws Exception {
        List<ConfigError> errors = gateway.reload(yaml(origin.port(), "request.header['x'] == 1"));
        assertEquals(1, errors.size(), errors.toString());
        ConfigError error = errors.getFirst();
        assertEquals("routes[0].when", error.place().field());
        assertEquals(6, error.place().line(), error.toString());
        assertTrue(error.message().contains("line 1, column 1: undeclared reference"), error.message());
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    200,
                    wire.as(alice, "GET", "/agents/1/x", "X-Tenant: acme\r\n")
                            .answer()
                            .status());
        }
    }
}
