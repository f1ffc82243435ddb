package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys and bindings over the management API. {@code mallory} may manage access and holds little else, {@code alice} may not manage,
 * {@code carl} may only check.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthApiTest {
    private static final String ACCESS = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles:
              - {name: reader, permissions: ["agent:list"]}
              - {name: writer, permissions: ["agent:list", "agent:write"]}
              - {name: manager, permissions: ["auth:manage", "auth:check", "agent:list"]}
              - {name: checker, permissions: ["auth:check"]}
              - {name: boss, permissions: ["*"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [reader]}
              - {principal: "jwt:corp:mallory", roles: [manager]}
              - {principal: "jwt:corp:carl", roles: [checker]}
              - {group: "jwt:corp:staff", roles: [reader]}
            """.formatted(Jwt.SECRET);

    @TempDir
    static Path folder;

    private TestOrigin origin;
    private TestGateway gateway;

    @BeforeAll
    void start() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), ACCESS));
        assertEquals(
                201,
                operator("POST", "/v1/auth/keys", key("taken", "agent:list")).status());
        assertEquals(
                201,
                operator("POST", "/v1/auth/keys", key("wide", "agent:list\",\"agent:write"))
                        .status());
        assertEquals(
                200,
                operator("POST", "/v1/auth/bindings/key:deployer", "{\"roles\":[\"writer\"]}")
                        .status());
        assertEquals(
                200,
                operator("PUT", "/v1/auth/bindings/jwt:corp:dora", "{\"roles\":[\"reader\"]}")
                        .status());
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private static String key(String name, String permissions) {
        return "{\"name\":\"" + name + "\",\"permissions\":[\"" + permissions + "\"]}";
    }

    private static String credential(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private static String as(String subject) {
        return credential(Jwt.of(subject, Duration.ofMinutes(5)));
    }

    private static String with(String apiKey) {
        return "X-Api-Key: " + apiKey + "\r\n";
    }

    private static Wire.Message ask(Wire wire, String credential, String method, String target, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return wire.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + credential + "Content-Length: "
                        + bytes.length + "\r\n\r\n" + body)
                .answer();
    }

    private Wire.Message ask(String credential, String method, String target, String body) throws IOException {
        try (Wire wire = Wire.to(gateway)) {
            return ask(wire, credential, method, target, body);
        }
    }

    private Wire.Message operator(String method, String target, String body) throws IOException {
        return ask(credential(TestGateway.TOKEN), method, target, body);
    }

    private static JsonNode json(Wire.Message answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static void assertRefused(int status, String code, Wire.Message answer) {
        assertEquals(status, answer.status(), answer.text());
        assertEquals("application/problem+json", answer.field("content-type"));
        assertEquals(code, json(answer).path("code").asString(""), answer.text());
        assertEquals(
                answer.field("x-request-id"), json(answer).path("request_id").asString(""));
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
        List<JsonNode> before = state();

        assertRefused(status, code, operator(method, target, body == null ? "" : body));

        assertEquals(before, state());
    }

    /** Keys and bindings as the operator sees them, without what using them changes. */
    private List<JsonNode> state() throws IOException {
        return Stream.of(operator("GET", "/v1/auth/keys?state=all", ""), operator("GET", "/v1/auth/bindings", ""))
                .map(AuthApiTest::json)
                .toList();
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
        List<JsonNode> before = state();

        Wire.Message answer = ask(as("mallory"), method, target, body);

        assertRefused(403, "exceeds_own_permissions", answer);
        assertEquals(before, state(), what);
        String request = answer.field("x-request-id");
        JsonNode outcome = Trail.of(gateway).all().stream()
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
        List<JsonNode> before = state();

        assertRefused(403, "forbidden", ask(as("alice"), method, target, ""));
        assertRefused(403, "forbidden", ask(as("carl"), method, target, ""));
        assertRefused(401, "unauthenticated", ask("", method, target, ""));

        assertEquals(before, state());
    }

    @Test
    void needsThePermissionToCheck() throws Exception {
        String question = "{\"permission\":\"agent:list\"}";
        assertRefused(403, "forbidden", ask(as("alice"), "POST", "/v1/auth/check", question));
        assertEquals(200, ask(as("carl"), "POST", "/v1/auth/check", question).status());
    }

    // ---- keys

    @Test
    void aKeyIsInForceFromItsAnswerToItsRevocation() throws Exception {
        JsonNode made = json(operator(
                "POST",
                "/v1/auth/keys",
                "{\"name\":\"ci\",\"permissions\":[\"agent:list\"],\"expires_in\":\"2h\",\"limit\":\"100/minute\"}"));
        String text = made.path("key").asString("");

        try (Wire wire = Wire.to(gateway)) {
            assertEquals(200, ask(wire, with(text), "GET", "/agents/ci", "").status());
            assertEquals(403, ask(wire, with(text), "GET", "/v1/auth/keys", "").status());
            JsonNode shown = json(operator("GET", "/v1/auth/keys/ci", ""));
            assertEquals(made.path("id"), shown.path("id"));
            assertEquals("live", shown.path("state").asString(""));
            assertEquals("100/minute", shown.path("limit").asString(""));
            assertEquals("operator", shown.path("created_by").asString(""));
            assertTrue(shown.has("last_used"), shown::toString);
            assertFalse(shown.has("key"), shown::toString);

            JsonNode revoked =
                    json(operator("DELETE", "/v1/auth/keys/" + made.path("id").asString(""), ""));
            assertEquals(
                    "revoked", revoked.path("revoked").path(0).path("state").asString(""));
            assertEquals(401, ask(wire, with(text), "GET", "/agents/ci", "").status());
        }
        assertEquals(
                0,
                json(operator("GET", "/v1/auth/keys?name=ci", "")).path("keys").size());
        assertEquals(
                1,
                json(operator("GET", "/v1/auth/keys?name=ci&state=revoked", ""))
                        .path("keys")
                        .size());
        assertNowhere(text);
    }

    /** The key and its secret part are in no list, no audit record and no file. */
    private void assertNowhere(String key) throws Exception {
        String secret = key.substring(key.length() - 49, key.length() - 6);
        assertFalse(state().toString().contains(secret));
        assertFalse(Trail.of(gateway).all().toString().contains(secret));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret), file::toString);
            }
        }
    }

    @Test
    void aRotatedKeyStaysGoodForTheOverlap() throws Exception {
        String first = text(operator("POST", "/v1/auth/keys", key("rotating", "agent:list")));
        String second = text(operator("POST", "/v1/auth/keys/rotating/rotate", "{\"overlap\":\"1h\"}"));
        assertEquals(200, ask(with(first), "GET", "/agents/1", "").status());
        assertEquals(200, ask(with(second), "GET", "/agents/1", "").status());

        String third = text(operator("POST", "/v1/auth/keys/rotating/rotate", "{\"overlap\":\"0s\"}"));
        assertEquals(401, ask(with(first), "GET", "/agents/1", "").status());
        assertEquals(401, ask(with(second), "GET", "/agents/1", "").status());
        assertEquals(200, ask(with(third), "GET", "/agents/1", "").status());

        operator("DELETE", "/v1/auth/keys/rotating", "");
        assertEquals(401, ask(with(third), "GET", "/agents/1", "").status());
    }

    private static String text(Wire.Message answer) {
        assertEquals(201, answer.status(), answer.text());
        return json(answer).path("key").asString("");
    }

    @Test
    void aNarrowManagerGivesWhatTheyHold() throws Exception {
        String made = text(ask(as("mallory"), "POST", "/v1/auth/keys", key("narrow", "agent:list")));
        assertEquals(200, ask(with(made), "GET", "/agents/1", "").status());
        assertEquals(
                200,
                ask(as("mallory"), "POST", "/v1/auth/bindings/jwt:corp:frank", "{\"roles\":[\"reader\"]}")
                        .status());
        assertEquals(200, ask(as("frank"), "GET", "/agents/1", "").status());
    }

    /** Taking is not giving: whoever manages access may end what they could not have made. */
    @Test
    void aNarrowManagerTakesWhatTheyDoNotHold() throws Exception {
        String made = text(operator("POST", "/v1/auth/keys", key("stolen", "agent:list\",\"agent:write")));
        assertEquals(
                200, ask(as("mallory"), "DELETE", "/v1/auth/keys/stolen", "").status());
        assertEquals(401, ask(with(made), "GET", "/agents/1", "").status());
    }

    // ---- bindings

    @Test
    void aRoleIsInForceForTheNextRequest() throws Exception {
        String bob = as("bob");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, ask(wire, bob, "GET", "/agents/bob", "").status());
            assertEquals(
                    200,
                    operator("POST", "/v1/auth/bindings/jwt:corp:bob", "{\"roles\":[\"reader\"]}")
                            .status());
            assertEquals(200, ask(wire, bob, "GET", "/agents/bob", "").status());
            assertEquals(
                    200,
                    operator("DELETE", "/v1/auth/bindings?principal=bob&role=reader", "")
                            .status());
            assertEquals(403, ask(wire, bob, "GET", "/agents/bob", "").status());
        }
    }

    @Test
    void changesAllRolesOrNone() throws Exception {
        String path = "/v1/auth/bindings/jwt:corp:gina";
        assertEquals(
                List.of("checker", "reader"), roles(operator("POST", path, "{\"roles\":[\"reader\",\"checker\"]}")));
        assertEquals(List.of("checker", "reader", "writer"), roles(operator("POST", path, "{\"roles\":[\"writer\"]}")));
        assertEquals(
                List.of("manager", "reader"), roles(operator("PUT", path, "{\"roles\":[\"reader\",\"manager\"]}")));
        assertRefused(400, "unknown_role", operator("PUT", path, "{\"roles\":[\"checker\",\"no-such\"]}"));
        assertEquals(List.of("manager", "reader"), roles(operator("POST", path, "{\"roles\":[\"reader\"]}")));
        assertEquals(List.of(), roles(operator("DELETE", path, "")));
        assertEquals(List.of(), roles(operator("PUT", path, "{\"roles\":[]}")));
    }

    private static List<String> roles(Wire.Message answer) {
        assertEquals(200, answer.status(), answer.text());
        return json(answer)
                .path("roles")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    @Test
    void aNameWithSlashesStandsInTheQuery() throws Exception {
        String name = "cert:spiffe://example.org/agent";
        assertEquals(
                200,
                operator("POST", "/v1/auth/bindings?principal=" + name, "{\"roles\":[\"reader\"]}")
                        .status());
        JsonNode listed =
                json(operator("GET", "/v1/auth/bindings?principal=" + name, "")).path("bindings");
        assertEquals(name, listed.path(0).path("principal").asString(""));
        assertFalse(listed.path(0).path("configured").asBoolean(true));
        assertEquals(
                200,
                operator("DELETE", "/v1/auth/bindings?principal=cert%3Aspiffe%3A%2F%2Fexample.org%2Fagent", "")
                        .status());
    }

    @Test
    void marksWhatIsConfigured() throws Exception {
        JsonNode bindings = json(operator("GET", "/v1/auth/bindings", "")).path("bindings");
        JsonNode alice = bindings.path(0);
        assertEquals("jwt:corp:alice", alice.path("principal").asString(""));
        assertTrue(alice.path("configured").asBoolean(false));
        assertTrue(alice.path("origin").asString("").contains("pavise.yaml:"), alice::toString);
        assertTrue(bindings.valueStream()
                .anyMatch(each -> each.path("group").asString("").equals("jwt:corp:staff")));
        JsonNode roles = json(operator("GET", "/v1/auth/roles", "")).path("roles");
        assertEquals(
                List.of("admin", "boss", "checker", "manager", "reader", "writer"),
                roles.valueStream().map(each -> each.path("name").stringValue()).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "boss"})
    void keepsTheLastWhoMayDoEverything(String role) throws Exception {
        String path = "/v1/auth/bindings/jwt:corp:root";
        assertEquals(
                200,
                operator("PUT", path, "{\"roles\":[\"" + role + "\",\"reader\"]}")
                        .status());
        assertRefused(409, "last_admin", operator("DELETE", path + "?role=" + role, ""));
        assertRefused(409, "last_admin", ask(as("mallory"), "DELETE", path, ""));
        assertRefused(409, "last_admin", operator("PUT", path, "{\"roles\":[\"reader\"]}"));
        assertEquals(
                List.of("reader", role).stream().sorted().toList(),
                roles(operator("POST", path, "{\"roles\":[\"reader\"]}")));
        // Another such role in its stead will do.
        String other = role.equals("admin") ? "boss" : "admin";
        assertEquals(List.of(other), roles(operator("PUT", path, "{\"roles\":[\"" + other + "\"]}")));
        assertEquals(List.of(role), roles(operator("PUT", path, "{\"roles\":[\"" + role + "\"]}")));
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

        JsonNode answer = json(ask(as("carl"), "POST", "/v1/auth/check", body));

        assertEquals(allowed, answer.path("allowed").asBoolean(!allowed), answer::toString);
        assertEquals(
                from == null ? "" : from, answer.path("source").path("from").asString(""), answer::toString);
        assertEquals(complete, answer.path("complete").asBoolean(!complete), answer::toString);
        assertEquals(!complete, answer.has("note"), answer::toString);
        assertFalse(answer.path("reason").asString("").isEmpty(), answer::toString);
    }

    @Test
    void tellsWhichBindingGivesIt() throws Exception {
        JsonNode configured = json(
                operator("POST", "/v1/auth/check", "{\"principal\":\"jwt:corp:alice\",\"permission\":\"agent:list\"}"));
        assertTrue(
                configured.path("source").path("binding").asString("").contains("pavise.yaml:"), configured::toString);
        JsonNode given = json(
                operator("POST", "/v1/auth/check", "{\"principal\":\"jwt:corp:dora\",\"permission\":\"agent:list\"}"));
        assertTrue(given.path("source").path("binding").asString("").startsWith("by operator at "), given::toString);
    }

    // ---- records

    @Test
    void recordsWhatWasChanged() throws Exception {
        JsonNode key = json(operator("POST", "/v1/auth/keys", key("recorded", "agent:list")));
        assertChange("/v1/auth/keys", "key_created", key.path("id").asString(""));
        JsonNode next = json(operator("POST", "/v1/auth/keys/recorded/rotate", "{\"overlap\":\"10m\"}"));
        JsonNode rotated = assertChange(
                "/v1/auth/keys/recorded/rotate", "key_rotated", next.path("id").asString(""));
        assertEquals(key.path("id").asString(""), Trail.metadata(rotated, "replaces"));
        operator("DELETE", "/v1/auth/keys/recorded", "");
        JsonNode revoked = assertChange(
                "/v1/auth/keys/recorded", "key_revoked", next.path("id").asString(""));
        assertTrue(Trail.metadata(revoked, "key_id").contains(key.path("id").asString("")), revoked::toString);
        operator("PUT", "/v1/auth/bindings/jwt:corp:hans", "{\"roles\":[\"reader\"]}");
        operator("PUT", "/v1/auth/bindings/jwt:corp:hans", "{\"roles\":[\"writer\",\"checker\"]}");
        JsonNode changed = assertChange("/v1/auth/bindings/jwt:corp:hans", "role_change", "");
        assertEquals("jwt:corp:hans", Trail.metadata(changed, "principal"));
        assertEquals("reader", Trail.metadata(changed, "roles_before"));
        assertEquals("checker,writer", Trail.metadata(changed, "roles_after"));
    }

    /** The newest records of the path are an intent and its outcome, which tells what was changed. */
    private JsonNode assertChange(String path, String event, String keyId) throws IOException {
        List<JsonNode> records = Trail.of(gateway).of(path).stream()
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
            Wire wire = Wire.to(gateway);
            wire.send("POST /v1/auth/keys HTTP/1.1\r\nHost: localhost\r\n" + credential(TestGateway.TOKEN)
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            Eventually.holds(
                    "the request arrived",
                    () -> operator("GET", "/v1/auth/keys/" + name, "").status() == 200);
            wire.reset();
            Trail.of(gateway)
                    .await(
                            "/v1/auth/keys",
                            each -> Trail.text(each, "event_type").equals("key_created")
                                    && Trail.metadata(each, "key_name").equals(name));
        }
    }
}
