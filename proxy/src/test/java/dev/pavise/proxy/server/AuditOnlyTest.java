package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A route that is tried out: what its rule would deny passes and is told; identity, limits and bounds hold as ever. */
final class AuditOnlyTest {
    @TempDir
    Path folder;

    private final String alice = Jwt.of("alice", Duration.ofMinutes(10));
    private final String mallory = Jwt.of("mallory", Duration.ofMinutes(10));
    private RawOrigin origin;
    private TestGateway gateway;

    private static String yaml(int port, String enforce) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - name: trial
                    match: {path: "/agents/**"}
                    permission: "agent:list"
                    upstream: runtime
                    when: "request.path != '/agents/secret'"
                    limit: "5/hour"
                    body: {size: 4}
                    enforce: %s
                  - {name: earnest, match: {path: "/others/**"}, permission: "agent:list", upstream: runtime}
                """.formatted(port, enforce) + Jwt.ISSUER;
    }

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.echoing();
        gateway = TestGateway.start(folder, yaml(origin.port(), "audit-only"));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void letsPassWhatItsRuleDeniesAndRecordsIt() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message answer = wire.as(mallory, "GET", "/agents/1").answer();
            assertEquals(200, answer.status());
            assertFalse(answer.head().toLowerCase().contains("deny"), "the caller learns nothing of it");
            assertEquals(200, wire.as(alice, "GET", "/agents/secret").answer().status());
            assertEquals(200, wire.as(alice, "GET", "/agents/2").answer().status());
        }
        assertEquals(3, origin.seen().size());
        Trail trail = Trail.of(gateway);
        assertEquals(List.of("permission_missing", "permission_missing"), wouldDeny(trail, "/agents/1"));
        assertEquals(List.of("condition_failed", "condition_failed"), wouldDeny(trail, "/agents/secret"));
        assertEquals(List.of("", ""), wouldDeny(trail, "/agents/2"));
        String detail = Trail.metadata(trail.of("/agents/1").getFirst(), "detail");
        assertTrue(detail.contains("does not have permission `agent:list`"), detail);
        assertEquals(2, gateway.figure("pavise_would_deny_total"));
        Eventually.holds("the route is shown", () -> gateway.figure("pavise_route_audit_only") == 1);
    }

    private static List<String> wouldDeny(Trail trail, String path) throws Exception {
        return trail.of(path).stream()
                .map(record -> Trail.metadata(record, "would_deny"))
                .toList();
    }

    @Test
    void neverLetsPassWithoutAnIdentity() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(401, wire.anonymous("GET", "/agents/1").answer().status());
        }
        for (String token : List.of("nonsense", Jwt.of("alice", Duration.ofSeconds(-60)), alice + "x")) {
            try (Wire wire = Wire.to(gateway)) {
                assertEquals(401, wire.as(token, "GET", "/agents/1").answer().status());
            }
        }
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    400,
                    wire.as(alice, "GET", "/agents/1", "X-Api-Key: pav_live_x\r\n")
                            .answer()
                            .status());
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void keepsLimitsBodiesAndOtherRoutes() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, wire.as(mallory, "GET", "/others/1").answer().status());
            assertEquals(404, wire.as(mallory, "GET", "/nowhere").answer().status());
            for (int i = 0; i < 5; i++) {
                assertEquals(200, wire.as(mallory, "GET", "/agents/1").answer().status());
            }
            assertEquals(429, wire.as(mallory, "GET", "/agents/1").answer().status());
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.as(alice, "POST", "/agents/1", "Content-Length: 5\r\n").send("large");
            assertEquals(413, wire.answer().status());
        }
        assertEquals(5, origin.seen().size());
    }

    @Test
    void deniesAgainWhenTheTrialIsOver() throws Exception {
        Eventually.holds("the route is shown", () -> gateway.figure("pavise_route_audit_only") == 1);
        assertEquals(List.of(), gateway.reload(yaml(origin.port(), "on")));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, wire.as(mallory, "GET", "/agents/1").answer().status());
        }
        assertEquals(0, gateway.figure("pavise_route_audit_only"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "false", "audit", "AUDIT-ONLY", "\"\"", "no", "warn"})
    void takesNoOtherWord(String word) throws Exception {
        assertFalse(gateway.reload(yaml(origin.port(), word)).isEmpty());
    }

    @Test
    void warnsAgainOnceAnHour() {
        AtomicLong now = new AtomicLong(-5);
        List<String> warnings = new ArrayList<>();
        CurrentSnapshot current = new CurrentSnapshot(gateway.server().snapshot());
        AuditOnlyWatch watch = new AuditOnlyWatch(new GatewayMetrics(), current, now::get, warnings::add);
        for (int second = 0; second < 2 * 3600 + 10; second++) {
            watch.tick();
            now.addAndGet(Duration.ofSeconds(1).toNanos());
        }
        assertEquals(2, warnings.size());
        assertTrue(warnings.getFirst().contains("route `trial` denies nothing"), warnings.getFirst());
    }
}
