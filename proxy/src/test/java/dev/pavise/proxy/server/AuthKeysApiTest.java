package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.AuthGateway.credential;
import static dev.pavise.proxy.server.AuthGateway.json;
import static dev.pavise.proxy.server.AuthGateway.key;
import static dev.pavise.proxy.server.AuthGateway.text;
import static dev.pavise.proxy.server.AuthGateway.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Keys over the management API: in force at once, revoked at once, and recorded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthKeysApiTest {
    @TempDir
    static Path folder;

    private AuthGateway auth;

    @BeforeAll
    void start() throws Exception {
        auth = new AuthGateway(folder);
    }

    @AfterAll
    void stop() {
        auth.close();
    }

    // ---- keys

    @Test
    void aKeyIsInForceFromItsAnswerToItsRevocation() throws Exception {
        JsonNode made = json(auth.operator(
                "POST",
                "/v1/auth/keys",
                "{\"name\":\"ci\",\"permissions\":[\"agent:list\"],\"expires_in\":\"2h\",\"limit\":\"100/minute\"}"));
        String text = made.path("key").asString("");

        try (Wire wire = Wire.to(auth.gateway)) {
            assertEquals(
                    200, auth.ask(wire, with(text), "GET", "/agents/ci", "").status());
            assertEquals(
                    403, auth.ask(wire, with(text), "GET", "/v1/auth/keys", "").status());
            JsonNode shown = json(auth.operator("GET", "/v1/auth/keys/ci", ""));
            assertEquals(made.path("id"), shown.path("id"));
            assertEquals("live", shown.path("state").asString(""));
            assertEquals("100/minute", shown.path("limit").asString(""));
            assertEquals("operator", shown.path("created_by").asString(""));
            assertTrue(shown.has("last_used"), shown::toString);
            assertFalse(shown.has("key"), shown::toString);

            JsonNode revoked = json(
                    auth.operator("DELETE", "/v1/auth/keys/" + made.path("id").asString(""), ""));
            assertEquals(
                    "revoked", revoked.path("revoked").path(0).path("state").asString(""));
            assertEquals(
                    401, auth.ask(wire, with(text), "GET", "/agents/ci", "").status());
        }
        assertEquals(
                0,
                json(auth.operator("GET", "/v1/auth/keys?name=ci", ""))
                        .path("keys")
                        .size());
        assertEquals(
                1,
                json(auth.operator("GET", "/v1/auth/keys?name=ci&state=revoked", ""))
                        .path("keys")
                        .size());
        assertNowhere(text);
    }

    /** The key and its secret part are in no list, no audit record and no file. */
    private void assertNowhere(String key) throws Exception {
        String secret = key.substring(key.length() - 49, key.length() - 6);
        assertFalse(auth.state().toString().contains(secret));
        assertFalse(Trail.of(auth.gateway).all().toString().contains(secret));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret), file::toString);
            }
        }
    }

    @Test
    void aRotatedKeyStaysGoodForTheOverlap() throws Exception {
        String first = text(auth.operator("POST", "/v1/auth/keys", key("rotating", "agent:list")));
        String second = text(auth.operator("POST", "/v1/auth/keys/rotating/rotate", "{\"overlap\":\"1h\"}"));
        assertEquals(200, auth.ask(with(first), "GET", "/agents/1", "").status());
        assertEquals(200, auth.ask(with(second), "GET", "/agents/1", "").status());

        String third = text(auth.operator("POST", "/v1/auth/keys/rotating/rotate", "{\"overlap\":\"0s\"}"));
        assertEquals(401, auth.ask(with(first), "GET", "/agents/1", "").status());
        assertEquals(401, auth.ask(with(second), "GET", "/agents/1", "").status());
        assertEquals(200, auth.ask(with(third), "GET", "/agents/1", "").status());

        auth.operator("DELETE", "/v1/auth/keys/rotating", "");
        assertEquals(401, auth.ask(with(third), "GET", "/agents/1", "").status());
    }

    // ---- records

    @Test
    void recordsWhatWasChanged() throws Exception {
        JsonNode key = json(auth.operator("POST", "/v1/auth/keys", key("recorded", "agent:list")));
        assertChange("/v1/auth/keys", "key_created", key.path("id").asString(""));
        JsonNode next = json(auth.operator("POST", "/v1/auth/keys/recorded/rotate", "{\"overlap\":\"10m\"}"));
        JsonNode rotated = assertChange(
                "/v1/auth/keys/recorded/rotate", "key_rotated", next.path("id").asString(""));
        assertEquals(key.path("id").asString(""), Trail.metadata(rotated, "replaces"));
        auth.operator("DELETE", "/v1/auth/keys/recorded", "");
        JsonNode revoked = assertChange(
                "/v1/auth/keys/recorded", "key_revoked", next.path("id").asString(""));
        assertTrue(Trail.metadata(revoked, "key_id").contains(key.path("id").asString("")), revoked::toString);
        auth.operator("PUT", "/v1/auth/bindings/jwt:corp:hans", "{\"roles\":[\"reader\"]}");
        auth.operator("PUT", "/v1/auth/bindings/jwt:corp:hans", "{\"roles\":[\"writer\",\"checker\"]}");
        JsonNode changed = assertChange("/v1/auth/bindings/jwt:corp:hans", "role_change", "");
        assertEquals("jwt:corp:hans", Trail.metadata(changed, "principal"));
        assertEquals("reader", Trail.metadata(changed, "roles_before"));
        assertEquals("checker,writer", Trail.metadata(changed, "roles_after"));
    }

    /** The newest records of the path are an intent and its outcome, which tells what was changed. */
    private JsonNode assertChange(String path, String event, String keyId) throws IOException {
        List<JsonNode> records = Trail.of(auth.gateway).of(path).stream()
                .filter(each -> !Trail.metadata(each, "method").equals("GET"))
                .toList();
        JsonNode outcome = records.getLast();
        JsonNode intent = records.get(records.size() - 2);
        assertEquals("intent", Trail.text(intent, "phase"));
        assertEquals("outcome", Trail.text(outcome, "phase"));
        assertEquals("success", Trail.text(outcome, "outcome"));
        assertEquals("operator", Trail.text(outcome, "actor"));
        assertEquals(event, Trail.text(outcome, "event_type"));
        assertTrue(Trail.metadata(outcome, "key_id").contains(keyId), outcome::toString);
        return outcome;
    }

    /** Whether the client waits for the answer or not: what was made stands in the trail. */
    @Test
    void recordsWhatWasMadeForAClientThatLeft() throws Exception {
        for (int i = 0; i < 10; i++) {
            String name = "left-" + i;
            String body = key(name, "agent:list");
            Wire wire = Wire.to(auth.gateway);
            wire.send("POST /v1/auth/keys HTTP/1.1\r\nHost: localhost\r\n" + credential(TestGateway.TOKEN)
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            Eventually.holds(
                    "the request arrived",
                    () -> auth.operator("GET", "/v1/auth/keys/" + name, "").status() == 200);
            wire.reset();
            Trail.of(auth.gateway)
                    .await(
                            "/v1/auth/keys",
                            each -> Trail.text(each, "event_type").equals("key_created")
                                    && Trail.metadata(each, "key_name").equals(name));
        }
    }
}
