package dev.pavise.proxy.opa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Condition;
import dev.pavise.policy.Facts;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Pending;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Role;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a decision point is told, field by field. */
final class InputDocumentTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Rule RULE =
            new Rule("logs", Permission.parse("tasks:read"), Condition.NONE, true, Rule.Enforcement.ENFORCE);

    private final Policy policy = Policy.compile(
            List.of(new Role("viewer", Set.of(Permission.parse("tasks:read"), Permission.parse("agent:read")))),
            List.of(
                    Binding.ofPrincipal("jwt:corp:alice", Set.of("viewer")),
                    Binding.ofPrincipal("cert:ci", Set.of("viewer"))),
            List.of(Permission.parse("tasks:read")),
            Map.of("corp", MayGrant.byDefault()));

    private record Asked(String path, Map<String, String> headers, Map<String, String> variables) implements Facts {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String host() {
            return "gateway.example";
        }

        @Override
        public @Nullable String query() {
            return "follow=1";
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public String address() {
            return "192.0.2.7";
        }

        @Override
        public Instant time() {
            throw new AssertionError("the time would make each question another one");
        }
    }

    private static final Asked FACTS =
            new Asked("/v1/tasks/7/logs", Map.of("accept", "*/*", "traceparent", "00-x"), Map.of("id", "7"));

    private byte[] document(Subject subject, Facts facts) {
        return InputDocument.of(
                assertInstanceOf(Pending.class, policy.decide(policy.principal(subject), RULE, facts)), facts);
    }

    private static Subject.Token alice(Map<String, Object> claims) {
        return new Subject.Token(
                "corp", "alice", List.of(), List.of(), List.of("ops", "dev"), claims, Instant.ofEpochSecond(9));
    }

    @Test
    void tellsOfATokenAsCodeTetherDoesAndAllThatIsKnownBesides() {
        Map<String, Object> claims =
                Map.of("sub", "alice", "tenant_id", "t1", "provenance", Map.of("ap_partial", true));
        assertEquals(JSON.readTree("""
                {"input": {
                  "user": {"user_id": "alice", "roles": ["viewer"], "tenant_id": "t1", "scopes": [], "auth_source": "keycloak"},
                  "action": "tasks:read",
                  "resource": {"type": "tasks", "id": "7"},
                  "provenance": {"ap_partial": true},
                  "identity": {
                    "id": "jwt:corp:alice", "source": "jwt", "roles": ["viewer"], "permissions": ["agent:read", "tasks:read"],
                    "groups": ["dev", "ops"], "certificate": null,
                    "claims": {"sub": "alice", "tenant_id": "t1", "provenance": {"ap_partial": true}}},
                  "request": {
                    "method": "GET", "host": "gateway.example", "path": "/v1/tasks/7/logs",
                    "parsed_path": ["v1", "tasks", "7", "logs"], "query": "follow=1", "headers": {"accept": "*/*"}},
                  "route": {"name": "logs", "permission": "tasks:read", "params": {"id": "7"}},
                  "client": {"address": "192.0.2.7"}}}
                """), JSON.readTree(document(alice(claims), FACTS)));
    }

    @Test
    void tellsOfOtherCredentials() {
        Subject.ApiKey key = new Subject.ApiKey("k1", "ci", Set.of(Permission.parse("tasks:*")), null);
        JsonNode input = JSON.readTree(document(key, FACTS)).path("input");
        assertEquals(JSON.readTree("""
                        {"user_id": "ci", "roles": [], "tenant_id": null, "scopes": ["tasks:*"], "auth_source": "api_key"}
                        """), input.path("user"));
        assertEquals("key:ci", input.path("identity").path("id").asString());
        assertEquals(JSON.readTree("{}"), input.path("provenance"));
        JsonNode certificate =
                JSON.readTree(document(new Subject.Certificate("ci"), FACTS)).path("input");
        assertEquals("certificate", certificate.path("user").path("auth_source").asString());
        assertEquals("cert:ci", certificate.path("identity").path("id").asString());
        JsonNode operator =
                JSON.readTree(document(new Subject.Operator(), FACTS)).path("input");
        assertEquals("operator", operator.path("user").path("auth_source").asString());
        assertEquals(JSON.readTree("[\"*\"]"), operator.path("identity").path("permissions"));
    }

    @Test
    void splitsThePathAsItStands() {
        Map<String, String> paths =
                Map.of("/", "[]", "/a", "[\"a\"]", "/a/", "[\"a\",\"\"]", "/a%20b/c", "[\"a%20b\",\"c\"]");
        paths.forEach((path, parts) -> assertEquals(
                JSON.readTree(parts),
                JSON.readTree(document(new Subject.Operator(), new Asked(path, Map.of(), Map.of())))
                        .at("/input/request/parsed_path"),
                path));
    }

    @Test
    void putsEqualQuestionsInEqualBytes() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("accept", "*/*");
        one.put("x-tenant", "a");
        one.put("traceparent", "00-1");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("traceparent", "00-2");
        other.put("x-tenant", "a");
        other.put("accept", "*/*");
        other.put("sec-websocket-key", "random");
        assertArrayEquals(
                document(alice(Map.of("a", 1, "b", 2, "c", Map.of("x", 1, "y", 2))), new Asked("/a", one, Map.of())),
                document(alice(Map.of("c", Map.of("y", 2, "x", 1), "b", 2, "a", 1)), new Asked("/a", other, Map.of())));
    }
}
