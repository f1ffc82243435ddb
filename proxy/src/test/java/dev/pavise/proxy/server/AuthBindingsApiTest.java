package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.AuthGateway.as;
import static dev.pavise.proxy.server.AuthGateway.assertRefused;
import static dev.pavise.proxy.server.AuthGateway.json;
import static dev.pavise.proxy.server.AuthGateway.key;
import static dev.pavise.proxy.server.AuthGateway.roles;
import static dev.pavise.proxy.server.AuthGateway.text;
import static dev.pavise.proxy.server.AuthGateway.with;
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
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Roles that are given and taken over the management API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuthBindingsApiTest {
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

    @Test
    void aNarrowManagerGivesWhatTheyHold() throws Exception {
        String made = text(auth.ask(as("mallory"), "POST", "/v1/auth/keys", key("narrow", "agent:list")));
        assertEquals(200, auth.ask(with(made), "GET", "/agents/1", "").status());
        assertEquals(
                200,
                auth.ask(as("mallory"), "POST", "/v1/auth/bindings/jwt:corp:frank", "{\"roles\":[\"reader\"]}")
                        .status());
        assertEquals(200, auth.ask(as("frank"), "GET", "/agents/1", "").status());
    }

    /** Taking is not giving: whoever manages access may end what they could not have made. */
    @Test
    void aNarrowManagerTakesWhatTheyDoNotHold() throws Exception {
        String made = text(auth.operator("POST", "/v1/auth/keys", key("stolen", "agent:list\",\"agent:write")));
        assertEquals(
                200,
                auth.ask(as("mallory"), "DELETE", "/v1/auth/keys/stolen", "").status());
        assertEquals(401, auth.ask(with(made), "GET", "/agents/1", "").status());
    }

    // ---- bindings

    @Test
    void aRoleIsInForceForTheNextRequest() throws Exception {
        String bob = as("bob");
        try (Wire wire = Wire.to(auth.gateway)) {
            assertEquals(403, auth.ask(wire, bob, "GET", "/agents/bob", "").status());
            assertEquals(
                    200,
                    auth.operator("POST", "/v1/auth/bindings/jwt:corp:bob", "{\"roles\":[\"reader\"]}")
                            .status());
            assertEquals(200, auth.ask(wire, bob, "GET", "/agents/bob", "").status());
            assertEquals(
                    200,
                    auth.operator("DELETE", "/v1/auth/bindings?principal=bob&role=reader", "")
                            .status());
            assertEquals(403, auth.ask(wire, bob, "GET", "/agents/bob", "").status());
        }
    }

    @Test
    void changesAllRolesOrNone() throws Exception {
        String path = "/v1/auth/bindings/jwt:corp:gina";
        assertEquals(
                List.of("checker", "reader"),
                roles(auth.operator("POST", path, "{\"roles\":[\"reader\",\"checker\"]}")));
        assertEquals(
                List.of("checker", "reader", "writer"), roles(auth.operator("POST", path, "{\"roles\":[\"writer\"]}")));
        assertEquals(
                List.of("manager", "reader"),
                roles(auth.operator("PUT", path, "{\"roles\":[\"reader\",\"manager\"]}")));
        assertRefused(400, "unknown_role", auth.operator("PUT", path, "{\"roles\":[\"checker\",\"no-such\"]}"));
        assertEquals(List.of("manager", "reader"), roles(auth.operator("POST", path, "{\"roles\":[\"reader\"]}")));
        assertEquals(List.of(), roles(auth.operator("DELETE", path, "")));
        assertEquals(List.of(), roles(auth.operator("PUT", path, "{\"roles\":[]}")));
    }

    @Test
    void aNameWithSlashesStandsInTheQuery() throws Exception {
        String name = "cert:spiffe://example.org/agent";
        assertEquals(
                200,
                auth.operator("POST", "/v1/auth/bindings?principal=" + name, "{\"roles\":[\"reader\"]}")
                        .status());
        JsonNode listed = json(auth.operator("GET", "/v1/auth/bindings?principal=" + name, ""))
                .path("bindings");
        assertEquals(name, listed.path(0).path("principal").asString(""));
        assertFalse(listed.path(0).path("configured").asBoolean(true));
        assertEquals(
                200,
                auth.operator("DELETE", "/v1/auth/bindings?principal=cert%3Aspiffe%3A%2F%2Fexample.org%2Fagent", "")
                        .status());
    }

    @Test
    void marksWhatIsConfigured() throws Exception {
        JsonNode bindings = json(auth.operator("GET", "/v1/auth/bindings", "")).path("bindings");
        JsonNode alice = bindings.path(0);
        assertEquals("jwt:corp:alice", alice.path("principal").asString(""));
        assertTrue(alice.path("configured").asBoolean(false));
        assertTrue(alice.path("origin").asString("").contains("pavise.yaml:"), alice::toString);
        assertTrue(bindings.valueStream()
                .anyMatch(each -> each.path("group").asString("").equals("jwt:corp:staff")));
        JsonNode roles = json(auth.operator("GET", "/v1/auth/roles", "")).path("roles");
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
                auth.operator("PUT", path, "{\"roles\":[\"" + role + "\",\"reader\"]}")
                        .status());
        assertRefused(409, "last_admin", auth.operator("DELETE", path + "?role=" + role, ""));
        assertRefused(409, "last_admin", auth.ask(as("mallory"), "DELETE", path, ""));
        assertRefused(409, "last_admin", auth.operator("PUT", path, "{\"roles\":[\"reader\"]}"));
        assertEquals(
                List.of("reader", role).stream().sorted().toList(),
                roles(auth.operator("POST", path, "{\"roles\":[\"reader\"]}")));
        // Another such role in its stead will do.
        String other = role.equals("admin") ? "boss" : "admin";
        assertEquals(List.of(other), roles(auth.operator("PUT", path, "{\"roles\":[\"" + other + "\"]}")));
        assertEquals(List.of(role), roles(auth.operator("PUT", path, "{\"roles\":[\"" + role + "\"]}")));
    }
}
