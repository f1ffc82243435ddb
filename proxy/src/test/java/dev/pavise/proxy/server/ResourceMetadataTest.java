package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where clients learn whose tokens this gateway takes (RFC 9728), and what a 401 says of it (RFC 6750). */
final class ResourceMetadataTest {
    private static final String PATH = "/.well-known/oauth-protected-resource";
    private static final String ISSUERS = """
            identity:
              issuers:
                - {name: a, issuer: "https://a.example", audience: p, algorithms: [ES256], jwks_url: "https://a.invalid/jwks"}
                - {name: b, issuer: "https://a.example", audience: p, algorithms: [RS256], jwks_url: "https://a.invalid/jwks"}
                - {name: c, issuer: "https://c.invalid/realm", audience: p, algorithms: [ES256], discovery: true}
                - {name: d, issuer: "not a URL", audience: p, algorithms: [ES256], jwks_url: "https://a.invalid/jwks"}
                - {name: e, issuer: "https://secret.example", secret: "%s", leeway: 0s}
            """.formatted(Jwt.SECRET);

    @TempDir
    Path folder;

    private RawOrigin origin;
    private @Nullable TestGateway gateway;

    @BeforeEach
    void prepare() throws Exception {
        origin = RawOrigin.echoing();
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        origin.close();
    }

    private Wire.Message ask(String host, String method, String path, String... fields) throws Exception {
        try (Wire wire = Wire.to(Objects.requireNonNull(gateway))) {
            wire.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + String.join("", fields) + "\r\n");
            return method.equals("HEAD") ? wire.headAnswer() : wire.answer();
        }
    }

    private void start(String more) throws Exception {
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), more));
    }

    @Test
    void namesTheIssuersThatAClientCanAsk() throws Exception {
        start(ISSUERS);
        Wire.Message answer = ask("localhost:8443", "GET", PATH);
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.field("content-type"));
        assertEquals(
                "{\"resource\":\"https://localhost:8443\",\"authorization_servers\":[\"https://a.example\","
                        + "\"https://c.invalid/realm\"],\"bearer_methods_supported\":[\"header\"]}",
                answer.text());
        Wire.Message head = ask("localhost:8443", "HEAD", PATH);
        assertEquals(200, head.status());
        assertEquals(answer.field("content-length"), head.field("content-length"));
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void leavesOutIssuersWhereThereIsNoneToAsk() throws Exception {
        start("");
        JsonNode metadata =
                JsonMapper.shared().readTree(ask("localhost", "GET", PATH).text());
        assertFalse(metadata.has("authorization_servers"));
        assertEquals("https://localhost", metadata.path("resource").asString(""));
    }

    /** A name that is not ours is not repeated: who follows it would be led away. */
    @ParameterizedTest
    @CsvSource({
        "gw.example,https://gw.example",
        "GW.example:444,https://GW.example:444",
        "x.apps.example,https://x.apps.example",
        "evil.example,https://gw.example",
        "evil.example:444,https://gw.example",
        "[::1],https://gw.example"
    })
    void answersUnderAnyHostButNamesItsOwn(String host, String resource) throws Exception {
        start("hosts: [\"*.apps.example\", gw.example, localhost]\n");
        Wire.Message answer = ask(host, "GET", PATH);
        assertEquals(200, answer.status());
        assertEquals(
                resource.toLowerCase(java.util.Locale.ROOT),
                JsonMapper.shared()
                        .readTree(answer.text())
                        .path("resource")
                        .asString("")
                        .toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void hasNoNameWhereOnlyWildcardsAreListed() throws Exception {
        start("hosts: [\"*.apps.example\"]\n");
        assertEquals(404, ask("localhost", "GET", PATH).status());
        assertEquals(200, ask("x.apps.example", "GET", PATH).status());
    }

    @Test
    void namesWhatIsConfigured() throws Exception {
        start("identity: {resource: \"https://public.example\"}\n");
        assertTrue(ask("localhost", "GET", PATH).text().contains("\"resource\":\"https://public.example\""));
        assertEquals(
                "Bearer realm=\"pavise\", resource_metadata=\"https://public.example" + PATH + "\"",
                ask("localhost", "GET", "/agents/1").field("www-authenticate"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void takesNoOtherMethodFromAnyone(String method) throws Exception {
        start(ISSUERS);
        assertEquals(401, ask("localhost", method, PATH).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/oauth-protected-resource/agents",
                "/.well-known/openid-configuration",
                "/.well-known"
            })
    void opensNoOtherPath(String path) throws Exception {
        start(ISSUERS);
        assertEquals(401, ask("localhost", "GET", path).status());
    }

    @Test
    void tellsWhoeverComesWithoutACredentialWhereToGetOne() throws Exception {
        start(ISSUERS);
        assertEquals(
                "Bearer realm=\"pavise\", resource_metadata=\"https://localhost:8443" + PATH + "\"",
                ask("localhost:8443", "GET", "/agents/1").field("www-authenticate"));
    }

    /** Nobody learns from the answer what was wrong with a credential. */
    @Test
    void tellsTheSameOfEveryWrongCredential() throws Exception {
        start(ISSUERS);
        String expected =
                "Bearer realm=\"pavise\", resource_metadata=\"https://localhost" + PATH + "\", error=\"invalid_token\"";
        for (String field : List.of(
                "Authorization: Bearer nonsense",
                "Authorization: Bearer " + Jwt.of("alice", Duration.ofSeconds(-100)),
                "Authorization: Bearer " + Jwt.of("alice", Duration.ofSeconds(100)) + "x",
                "Authorization: Bearer a.b.c",
                "Authorization: Basic YTpi",
                "Authorization:",
                "X-Api-Key: pav_live_unknown")) {
            Wire.Message answer = ask("localhost", "GET", "/agents/1", field + "\r\n");
            assertEquals(401, answer.status(), field);
            assertEquals(expected, answer.field("www-authenticate"), field);
        }
    }

    @Test
    void challengesOverHttp2Too() throws Exception {
        start("");
        try (Http2Client client = Http2Client.to(Objects.requireNonNull(gateway))) {
            var head = Http2Client.head("GET", "/agents/1");
            head.remove("authorization");
            var answer = client.open(head, true).message();
            assertEquals(401, answer.status());
            assertTrue(
                    answer.field("www-authenticate").contains("resource_metadata=\"https://localhost"),
                    answer::toString);
        }
    }
}
