package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rates of principals, of routes, and of refused credentials: what passes, what is told, and that nothing of the rest goes on. */
final class RateLimitTest {
    @TempDir
    Path folder;

    private final String alice = Jwt.of("alice", Duration.ofMinutes(10));
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String routeLimit, String more) throws Exception {
        origin = RawOrigin.echoing();
        String limit = routeLimit.isEmpty() ? "" : ", limit: \"" + routeLimit + "\"";
        gateway = TestGateway.start(folder, """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime%s}
                  - {name: others, match: {path: "/others/**"}, permission: "agent:list", upstream: runtime}
                """.formatted(origin.port(), limit) + Jwt.ISSUER + more);
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void limitsEachPrincipalOverAllRoutes() throws Exception {
        start("", "limits: {per_principal: \"5/hour\"}\n");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 5; i++) {
                Wire.Message answer = wire.request("GET", i % 2 == 0 ? "/agents/1" : "/others/1")
                        .answer();
                assertEquals(200, answer.status());
                assertTrue(answer.field("ratelimit").contains("r=" + (4 - i)), answer.head());
                assertTrue(answer.field("ratelimit-policy").contains("q=5"), answer.head());
            }
            assertLimited(wire.request("GET", "/others/1").answer());
            assertEquals(200, wire.as(alice, "GET", "/agents/1").answer().status(), "another principal");
        }
        assertEquals(6, origin.seen().size());
    }

    private static void assertLimited(Wire.Message answer) {
        assertEquals(429, answer.status());
        assertTrue(answer.text().contains("\"code\":\"rate_limited\""), answer.text());
        assertTrue(Integer.parseInt(answer.field("retry-after")) > 0, answer.head());
        assertTrue(answer.field("ratelimit").contains("r=0"), answer.head());
    }

    @Test
    void limitsEachPrincipalOnARoute() throws Exception {
        start("2/hour", "");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(200, client.request("GET", "/agents/2").message().status());
            assertLimited(wire.request("GET", "/agents/3").answer());
            Http2End.Message limited = client.request("GET", "/agents/4").message();
            assertEquals(429, limited.status());
            assertTrue(Integer.parseInt(limited.field("retry-after")) > 0);
            assertEquals(200, wire.request("GET", "/others/1").answer().status(), "another route");
            assertEquals(200, wire.as(alice, "GET", "/agents/5").answer().status(), "another principal");
        }
        assertFalse(origin.seen().contains("GET /agents/3") || origin.seen().contains("GET /agents/4"));
        assertEquals(List.of("outcome denied rate_limited"), Trail.of(gateway).story("/agents/3"));
    }

    @Test
    void letsNothingThroughAtZero() throws Exception {
        start("0/minute", "");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(429, wire.request("GET", "/agents/1").answer().status());
            assertEquals(200, wire.request("GET", "/others/1").answer().status());
        }
        assertEquals(List.of("GET /others/1"), origin.seen());
    }

    @Test
    void stopsLookingAtCredentialsOfAnAddressThatBringsTooManyWrongOnes() throws Exception {
        start("", "limits: {refused_credentials_per_address: \"3/hour\"}\n");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        401, wire.as("wrong" + i, "GET", "/agents/1").answer().status());
            }
            Wire.Message stopped = wire.as(alice, "GET", "/agents/2").answer();
            assertEquals(429, stopped.status(), "not even a right one is looked at");
            assertTrue(stopped.text().contains("too_many_refused_credentials"), stopped.text());
            assertTrue(Integer.parseInt(stopped.field("retry-after")) > 0);
            assertEquals(200, wire.anonymous("GET", "/health").answer().status());
        }
        assertEquals(List.of(), origin.seen());
    }
}
