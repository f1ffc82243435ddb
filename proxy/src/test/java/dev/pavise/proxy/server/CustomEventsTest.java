package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.access.NewKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events that callers tell of, over the management API: {@code alice} may write, {@code bob} may only read. */
final class CustomEventsTest {
    private static final String EVENT =
            "{\"event_type\":\"app.paid\",\"identity\":\"user-7\",\"resource\":\"invoice/4\",\"outcome\":\"success\"}";
    private static final String ACCESS = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles:
              - {name: writer, permissions: ["audit:write"]}
              - {name: reader, permissions: ["audit:read"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [writer]}
              - {principal: "jwt:corp:bob", roles: [reader]}
            """.formatted(Jwt.SECRET);

    @TempDir
    Path folder;

    private TestGateway gateway;

    private void start(String more) throws Exception {
        gateway = TestGateway.start(folder, Yaml.oneRoute(1, ACCESS + more));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Wire.Message post(String credential, String target, String body) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            return wire.send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + credential + "Content-Length: "
                            + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)
                    .answer();
        }
    }

    private static String as(String subject) {
        return "Authorization: Bearer " + Jwt.of(subject, Duration.ofMinutes(5)) + "\r\n";
    }

    private List<JsonNode> ofType(String type) throws Exception {
        return Trail.of(gateway).all().stream()
                .filter(each -> Trail.text(each, "event_type").equals(type))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void answersWithTheStoredRecord(String durability) throws Exception {
        start("audit: {durability: " + durability + "}\n");
        Wire.Message answer = post(as("alice"), "/v1/audit/events", EVENT);
        assertEquals(201, answer.status(), answer.text());
        JsonNode told = JsonMapper.shared().readTree(answer.text());
        List<JsonNode> stored = ofType("app.paid");
        assertEquals(1, stored.size());
        JsonNode record = stored.getFirst();
        assertEquals(Trail.text(record, "id"), told.path("id").asString());
        assertEquals(record.path("seq").asLong(), told.path("seq").asLong());
        assertEquals("jwt:corp:alice", Trail.text(record, "actor"));
        assertEquals("event.custom", Trail.text(record, "action"));
        assertEquals("user-7", Trail.metadata(record, "on_behalf_of"));
        assertEquals(answer.field("x-request-id"), Trail.text(record, "request_id"));
        assertEquals("127.0.0.1", Trail.text(record, "ip"));
        assertEquals(
                List.of("intent unknown", "outcome success"), Trail.of(gateway).story("/v1/audit/events"));
    }

    @Test
    void namesTheKeyThatACallerCameWith() throws Exception {
        start("");
        NewKey key = new Given(gateway).key("agent", "audit:write");
        Wire.Message answer = post("X-Api-Key: " + key.text().reveal() + "\r\n", "/v1/audit/events", EVENT);
        assertEquals(201, answer.status(), answer.text());
        JsonNode record = ofType("app.paid").getFirst();
        assertEquals("key:agent", Trail.text(record, "actor"));
        assertEquals(key.record().id(), Trail.metadata(record, "key_id"));
    }

    @Test
    void storesNothingOfWhatItRefuses() throws Exception {
        start("");
        String forged = EVENT.replace("app.paid", "login_success");
        assertEquals(400, post(as("alice"), "/v1/audit/events", forged).status());
        assertEquals(400, post(as("alice"), "/v1/audit/events?limit=1", EVENT).status());
        assertEquals(403, post(as("bob"), "/v1/audit/events", EVENT).status());
        assertEquals(401, post("", "/v1/audit/events", EVENT).status());
        String large = EVENT.replace("invoice/4", "x".repeat(33_000));
        assertEquals(413, post(as("alice"), "/v1/audit/events", large).status());
        assertTrue(Trail.of(gateway).all().stream()
                .noneMatch(each -> Trail.text(each, "action").equals("event.custom")));
    }

    @Test
    void readingAndWritingAreDifferentPermissions() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    403,
                    wire.send("GET /v1/audit/events HTTP/1.1\r\nHost: localhost\r\n" + as("alice") + "\r\n")
                            .answer()
                            .status());
            Wire.Message denied = post(as("bob"), "/v1/audit/events", EVENT);
            assertTrue(denied.text().contains("audit:write"), denied.text());
            assertEquals(
                    200,
                    wire.send("GET /v1/audit/events HTTP/1.1\r\nHost: localhost\r\n" + as("bob") + "\r\n")
                            .answer()
                            .status());
        }
    }

    @Test
    void countsAgainstTheRateOfItsCaller() throws Exception {
        start("limits: {per_principal: \"2/hour\"}\n");
        assertEquals(201, post(as("alice"), "/v1/audit/events", EVENT).status());
        assertEquals(201, post(as("alice"), "/v1/audit/events", EVENT).status());
        Wire.Message third = post(as("alice"), "/v1/audit/events", EVENT);
        assertEquals(429, third.status(), third.text());
        assertFalse(third.field("retry-after").isEmpty());
        assertEquals(2, ofType("app.paid").size());
    }
}
