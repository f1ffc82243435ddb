package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the trail tells of connections: who logged in on them, from when to when. */
final class SessionEventsTest {
    private static final Set<String> SESSION = Set.of("session_start", "login_success", "session_end");

    @TempDir
    Path folder;

    private TestOrigin origin;
    private TestGateway gateway;

    private void start(String more) throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), """
                        identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
                        roles: [{name: reader, permissions: ["agent:list"]}]
                        bindings: [{principal: "jwt:corp:alice", roles: [reader]}]
                        """.formatted(Jwt.SECRET) + more));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    private static String as(String subject) {
        return "Authorization: Bearer " + Jwt.of(subject, Duration.ofMinutes(5)) + "\r\n";
    }

    private static int get(Wire wire, String path, String credential) throws Exception {
        return wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + credential + "\r\n")
                .answer()
                .status();
    }

    private List<JsonNode> all() throws Exception {
        return Trail.of(gateway).all().stream()
                .filter(each -> !Trail.text(each, "actor").equals("system"))
                .toList();
    }

    private static String word(JsonNode each) {
        String type = Trail.text(each, "event_type");
        return type.isEmpty() ? Trail.text(each, "phase") : type + " " + Trail.text(each, "actor");
    }

    private List<String> told() throws Exception {
        return all().stream().map(SessionEventsTest::word).toList();
    }

    private long count(String type) throws Exception {
        return all().stream()
                .filter(each -> Trail.text(each, "event_type").equals(type))
                .count();
    }

    private void awaitEnds(int sessions) throws Exception {
        Eventually.holds("the end of " + sessions + " sessions", () -> count("session_end") == sessions);
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void tellsOnceOfALoginBeforeWhatIsAsked(String durability) throws Exception {
        start("audit: {durability: " + durability + "}\n");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, get(wire, "/agents/1", as("alice")));
            }
        }
        awaitEnds(1);
        assertEquals(
                List.of(
                        "session_start jwt:corp:alice",
                        "login_success jwt:corp:alice",
                        "intent",
                        "outcome",
                        "intent",
                        "outcome",
                        "intent",
                        "outcome",
                        "session_end jwt:corp:alice"),
                told());
        assertEquals(
                1,
                all().stream()
                        .map(each -> Trail.text(each, "session_id"))
                        .distinct()
                        .count());
        JsonNode login = all().get(1);
        assertEquals("token", Trail.metadata(login, "credential"));
        assertEquals("https", Trail.text(login, "resource"));
        assertEquals("127.0.0.1", Trail.text(login, "ip"));
        assertEquals(Trail.text(all().get(2), "request_id"), Trail.text(login, "request_id"));
        JsonNode end = all().getLast();
        assertEquals(3, Trail.number(end, "requests"));
        assertEquals(1, Trail.number(end, "logins"));
        assertTrue(Trail.number(end, "duration_us") > 0);
    }

    @Test
    void tellsOfEachPrincipalOfAConnectionOnce() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(200, get(wire, "/agents/1", as("alice")));
                assertEquals(200, get(wire, "/agents/1", "Authorization: Bearer " + TestGateway.TOKEN + "\r\n"));
                assertEquals(403, get(wire, "/agents/1", as("bob")));
            }
        }
        awaitEnds(1);
        assertEquals(
                List.of(
                        "session_start jwt:corp:alice",
                        "login_success jwt:corp:alice",
                        "login_success operator",
                        "login_success jwt:corp:bob",
                        "session_end jwt:corp:alice"),
                told().stream()
                        .filter(each -> SESSION.contains(each.split(" ")[0]))
                        .toList());
    }

    @Test
    void streamsOfOneConnectionAreOneSession() throws Exception {
        start("");
        try (Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200,
                        client.open(Http2Client.head("GET", "/agents/1"), true)
                                .message()
                                .status());
            }
        }
        awaitEnds(1);
        assertEquals(1, count("login_success"));
        assertEquals("h2", Trail.metadata(all().getFirst(), "alpn"));
    }

    @Test
    void whoProvesNothingHasNoSession() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(401, get(wire, "/agents/1", ""));
            assertEquals(200, get(wire, "/health", ""));
            assertEquals(401, get(wire, "/agents/1", "Authorization: Bearer nonsense\r\n"));
        }
        gateway.close();
        gateway = TestGateway.existing(gateway.file());
        assertTrue(told().stream().noneMatch(each -> SESSION.contains(each.split(" ")[0])), told()::toString);
    }

    @Test
    void sessionsEndBeforeTheGatewayHasStopped() throws Exception {
        start("");
        Wire wire = Wire.to(gateway);
        assertEquals(200, get(wire, "/agents/1", as("alice")));
        gateway.close();
        wire.close();
        gateway = TestGateway.existing(gateway.file());
        List<String> types = Trail.of(gateway).all().stream()
                .map(each -> Trail.text(each, "event_type"))
                .filter(each -> !each.isEmpty())
                .toList();
        int end = types.indexOf("session_end");
        assertEquals(List.of("session_end", "gateway_stopped", "audit_closed"), types.subList(end, end + 3));
    }

    @Test
    void countsAFloodOfShortConnectionsExactly() throws Exception {
        start("");
        int connections = 150;
        for (int i = 0; i < connections; i++) {
            try (Wire wire = Wire.to(gateway)) {
                assertEquals(403, get(wire, "/agents/1", as("bob")));
            }
        }
        gateway.close();
        gateway = TestGateway.existing(gateway.file());
        long rolledUp = Trail.of(gateway).all().stream()
                .filter(each -> Trail.text(each, "event_type").equals("logins_rolled_up"))
                .filter(each -> Trail.metadata(each, "principal").equals("jwt:corp:bob"))
                .mapToLong(each -> Trail.number(each, "count"))
                .sum();
        assertTrue(rolledUp > 0, "all have records of their own");
        assertEquals(connections, count("login_success") + rolledUp);
        assertEquals(count("session_start"), count("session_end"));
    }
}
