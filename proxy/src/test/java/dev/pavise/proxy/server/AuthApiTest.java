package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.AuthGateway.as;
import static dev.pavise.proxy.server.AuthGateway.assertRefused;
import static dev.pavise.proxy.server.AuthGateway.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Who may ask the management API for which change of access, and what it tells of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthApiTest {
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

    // ---- what is answered to whom

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST   | /v1/auth/keys | {\"name\":\"taken\",\"permissions\":[]} | 409 | name_taken",
                "POST   | /v1/auth/keys | {\"name\":\"a b\",\"permissions\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[\"nonsense\"]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":\"agent:list\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[1]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":7,\"permissions\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":null,\"permissions\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"permissions\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"id\":\"x\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"name\":\"m\",\"permissions\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[]} x | 400 | invalid_argument",
                "POST   | /v1/auth/keys | [] | 400 | invalid_argument",
                "POST   | /v1/auth/keys | { | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_in\":\"soon\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_in\":\"0s\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_in\":\"999999999w\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_at\":\"2020-01-01T00:00:00Z\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_at\":\"2999-01-01T00:00:00Z\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"expires_at\":\"noon\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[],\"limit\":\"often\"} | 400 | invalid_argument",
                "GET    | /v1/auth/keys?state=dead | `` | 400 | invalid_argument",
                "GET    | /v1/auth/keys?nonsense=1 | `` | 400 | invalid_argument",
                "GET    | /v1/auth/keys?name=a&name=b | `` | 400 | invalid_argument",
                "GET    | /v1/auth/keys/nobody | `` | 404 | not_found",
                "DELETE | /v1/auth/keys/nobody | `` | 404 | not_found",
                "POST   | /v1/auth/keys/nobody/rotate | {} | 404 | not_found",
                "POST   | /v1/auth/keys/taken/rotate | {\"overlap\":\"a while\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys/taken/rotate | {\"secret\":\"mine\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys/taken/rotate | {\"expires_in\":\"9999w\"} | 400 | invalid_argument",
                "POST   | /v1/auth/keys/taken/rotate | {\"expires_in\":\"0s\"} | 400 | invalid_argument",
                "PUT    | /v1/auth/keys | {} | 405 | method_not_allowed",
                "POST   | /v1/auth/bindings/jwt:corp:eve | {\"roles\":[\"no-such\"]} | 400 | unknown_role",
                "POST   | /v1/auth/bindings/jwt:corp:eve | {\"roles\":[\"reader\",\"no-such\"]} | 400 | unknown_role",
                "POST   | /v1/auth/bindings/jwt:corp:eve | {\"roles\":[]} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings/jwt:corp:eve | {\"roles\":\"reader\"} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings/jwt:corp:eve | {\"role\":[\"reader\"]} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings/jwt:other:eve | {\"roles\":[\"reader\"]} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings/operator | {\"roles\":[\"reader\"]} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings | {\"roles\":[\"reader\"]} | 400 | invalid_argument",
                "POST   | /v1/auth/bindings?principal=jwt:corp:eve&role=reader | {} | 400 | invalid_argument",
                "DELETE | /v1/auth/bindings/jwt:corp:eve | `` | 404 | not_found",
                "DELETE | /v1/auth/bindings/jwt:corp:dora?role=writer | `` | 404 | not_found",
                "DELETE | /v1/auth/bindings/jwt:corp:alice?role=reader | `` | 409 | configured",
                "DELETE | /v1/auth/bindings/jwt:corp:alice | `` | 409 | configured",
                "POST   | /v1/auth/check | {\"principal\":\"jwt:corp:alice\"} | 400 | invalid_argument",
                "POST   | /v1/auth/check | {\"permission\":\"nonsense\"} | 400 | invalid_argument",
                "POST   | /v1/auth/check | {\"permission\":\"a:b\",\"principal\":\"jwt:other:x\"} | 400 | invalid_argument",
            })
    void refusesWhatCannotBe(String method, String target, String body, int status, String code) throws Exception {
        List<JsonNode> before = auth.state();

        assertRefused(status, code, auth.operator(method, target, body == null ? "" : body));

        assertEquals(before, auth.state());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a key with all            | POST | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[\"*\"]}",
                "a key with all of one     | POST | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[\"agent:*\"]}",
                "a key with a little more  | POST | /v1/auth/keys | {\"name\":\"n\",\"permissions\":[\"agent:list\",\"agent:write\"]}",
                "a key whose name has more | POST | /v1/auth/keys | {\"name\":\"deployer\",\"permissions\":[]}",
                "the next of a wider key   | POST | /v1/auth/keys/wide/rotate | {}",
                "a role of more, for self  | POST | /v1/auth/bindings/jwt:corp:mallory | {\"roles\":[\"writer\"]}",
                "all, for self             | PUT  | /v1/auth/bindings/jwt:corp:mallory | {\"roles\":[\"boss\"]}",
                "admin, for self           | POST | /v1/auth/bindings?principal=mallory | {\"roles\":[\"admin\"]}",
                "a role of more, for other | POST | /v1/auth/bindings/jwt:corp:eve | {\"roles\":[\"reader\",\"writer\"]}",
                "a role of more, for a key | POST | /v1/auth/bindings/key:taken | {\"roles\":[\"writer\"]}",
                "a role of more, by cert   | PUT  | /v1/auth/bindings/cert:mallory | {\"roles\":[\"writer\"]}",
            })
    void letsNobodyReachMoreThanTheyHold(String what, String method, String target, String body) throws Exception {
        List<JsonNode> before = auth.state();

        Wire.Message answer = auth.ask(as("mallory"), method, target, body);

        assertRefused(403, "exceeds_own_permissions", answer);
        assertEquals(before, auth.state(), what);
        String request = answer.field("x-request-id");
        JsonNode outcome = Trail.of(auth.gateway).all().stream()
                .filter(each -> Trail.text(each, "request_id").equals(request)
                        && Trail.text(each, "phase").equals("outcome"))
                .findFirst()
                .orElseThrow();
        assertEquals("denied", Trail.text(outcome, "outcome"));
        assertEquals("access_denied", Trail.text(outcome, "event_type"));
        assertEquals("jwt:corp:mallory", Trail.text(outcome, "actor"));
        assertTrue(Trail.metadata(outcome, "detail").contains("does not hold"), outcome::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /v1/auth/keys",
        "POST,   /v1/auth/keys",
        "GET,    /v1/auth/keys/taken",
        "DELETE, /v1/auth/keys/taken",
        "POST,   /v1/auth/keys/taken/rotate",
        "GET,    /v1/auth/bindings",
        "POST,   /v1/auth/bindings?principal=x",
        "PUT,    /v1/auth/bindings/jwt:corp:alice",
        "DELETE, /v1/auth/bindings/jwt:corp:dora",
        "GET,    /v1/auth/roles"
    })
    void needsThePermissionToManage(String method, String target) throws Exception {
        List<JsonNode> before = auth.state();

        assertRefused(403, "forbidden", auth.ask(as("alice"), method, target, ""));
        assertRefused(403, "forbidden", auth.ask(as("carl"), method, target, ""));
        assertRefused(401, "unauthenticated", auth.ask("", method, target, ""));

        assertEquals(before, auth.state());
    }

    @Test
    void needsThePermissionToCheck() throws Exception {
        String question = "{\"permission\":\"agent:list\"}";
        assertRefused(403, "forbidden", auth.ask(as("alice"), "POST", "/v1/auth/check", question));
        assertEquals(
                200, auth.ask(as("carl"), "POST", "/v1/auth/check", question).status());
    }

    // ---- who may do what

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "jwt:corp:alice | agent:list  | true  | role reader  | false",
                "alice          | agent:list  | true  | role reader  | false",
                "jwt:corp:alice | agent:write | false | -            | false",
                "jwt:corp:ghost | agent:list  | false | -            | false",
                "operator       | any:thing   | true  | role admin   | true",
                "key:taken      | agent:list  | true  | key taken    | true",
                "key:taken      | agent:write | false | -            | true",
                "key:nobody     | agent:list  | false | -            | true",
                "key:deployer   | agent:write | false | -            | true",
                "cert:nobody    | agent:list  | false | -            | true",
                "me             | auth:check  | true  | role checker | true",
                "-              | auth:manage | false | -            | true",
            })
    void tellsWhoMayDoWhat(String principal, String permission, boolean allowed, String from, boolean complete)
            throws Exception {
        String body = principal == null
                ? "{\"permission\":\"" + permission + "\"}"
                : "{\"principal\":\"" + principal + "\",\"permission\":\"" + permission + "\"}";

        JsonNode answer = json(auth.ask(as("carl"), "POST", "/v1/auth/check", body));

        assertEquals(allowed, answer.path("allowed").asBoolean(!allowed), answer::toString);
        assertEquals(
                from == null ? "" : from, answer.path("source").path("from").asString(""), answer::toString);
        assertEquals(complete, answer.path("complete").asBoolean(!complete), answer::toString);
        assertEquals(!complete, answer.has("note"), answer::toString);
        assertFalse(answer.path("reason").asString("").isEmpty(), answer::toString);
    }

    @Test
    void tellsWhichBindingGivesIt() throws Exception {
        JsonNode configured = json(auth.operator(
                "POST", "/v1/auth/check", "{\"principal\":\"jwt:corp:alice\",\"permission\":\"agent:list\"}"));
        assertTrue(
                configured.path("source").path("binding").asString("").contains("pavise.yaml:"), configured::toString);
        JsonNode given = json(auth.operator(
                "POST", "/v1/auth/check", "{\"principal\":\"jwt:corp:dora\",\"permission\":\"agent:list\"}"));
        assertTrue(given.path("source").path("binding").asString("").startsWith("by operator at "), given::toString);
    }
}
