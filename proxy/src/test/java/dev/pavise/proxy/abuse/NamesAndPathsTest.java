package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts, origins, paths and identity fields: nothing that a client spells otherwise is another thing to the origin. */
final class NamesAndPathsTest {
    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;
    private static String caller = "";

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        Tokens tokens = Tokens.es256();
        gateway = Stronghold.start(
                folder, """
                identity:
                  issuers:
                    - {name: corp, issuer: "%s", audience: "%s", public_key: %s, algorithms: [ES256]}
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
                  - {name: admin, match: {path: "/admin/**"}, permission: "admin:do", upstream: runtime}
                """.formatted(Tokens.ISSUER, Tokens.AUDIENCE, tokens.writePublicKey(folder), origin.port()));
        caller = tokens.good("\"permissions\":[\"agent:list\"]");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void forget() {
        origin.forget();
    }

    // ---- paths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/x",
                "/%61dmin/x",
                "/admin",
                "/admin/",
                "/./admin/x",
                "/agents/../admin/x",
                "/agents/./../admin/x",
                "/agents/x/../../admin/x",
                "/agents/%2e%2e/admin/x",
                "/agents/%2E%2E/admin/x",
                "/agents/.%2e/admin/x",
                "/agents/%2e./admin/x",
                "/agents/..%2fadmin/x",
                "/agents/..%2Fadmin/x",
                "/agents%2f..%2fadmin/x",
                "/agents/%2e%2e%2fadmin/x",
                "/agents/..%5cadmin/x",
                "/agents/..\\admin/x",
                "/agents\\..\\admin/x",
                "\\admin\\x",
                "/\\admin/x",
                "//admin/x",
                "///admin/x",
                "/agents//../admin/x",
                "/agents/..//admin/x",
                "/agents/..;/admin/x",
                "/agents/..;x=y/admin/x",
                "/agents/;/../admin/x",
                "/agents;/../admin/x",
                "/admin;x=y/z",
                "/;/admin/x",
                "/agents/..%3b/admin/x",
                "/agents/%252e%252e/admin/x",
                "/agents/..%252fadmin/x",
                "/agents/%25252e%25252e/admin/x",
                "/%2561dmin/x",
                "/agents/%25%32%65%25%32%65/admin/x",
                "/agents/%c0%ae%c0%ae/admin/x",
                "/agents/..%c0%afadmin/x",
                "/agents/%e0%80%ae%e0%80%ae/admin/x",
                "/agents/%f0%80%80%ae./admin/x",
                "/agents/%u002e%u002e/admin/x",
                "/agents/..%00/admin/x",
                "/admin%00/x",
                "/agents/..%0d%0a/admin/x",
                "/agents/..%09/admin/x",
                "/agents/..%20/admin/x",
                "/agents/%20..%20%20/admin/x",
                "/agents/.%20/../admin/x",
                "/agents/%2/admin/x",
                "/agents/%zz/../admin/x",
                "/agents/%",
                "/agents/..?/../admin/x",
                "/agents/x#/../../admin/x",
                "https://localhost/admin/x",
                "https://localhost//admin/x",
                "https://localhost/agents/../admin/x",
                "admin/x",
                "../admin/x",
            })
    void noSpellingOfForbiddenPathReachesOrigin(String target) throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(
                    "GET " + target + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + caller + "\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertTrue(answer.status() >= 200 && answer.status() < 500, answer::toString);
        }
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(
                    1,
                    true,
                    ":method",
                    "GET",
                    ":scheme",
                    "https",
                    ":path",
                    target,
                    ":authority",
                    "localhost",
                    "authorization",
                    "Bearer " + caller));
            assertTrue(client.answer(1).status() < 500);
        }
        for (String request : origin.requests()) {
            assertHarmless(request.split(" ", 3)[1]);
        }
    }

    /** As the most careless of origins would read it. */
    private static void assertHarmless(String target) {
        List<String> readings = new ArrayList<>(List.of(target.split("\\?", 2)[0]));
        for (int i = 0; i < 3; i++) {
            readings.add(decoded(readings.getLast()));
        }
        for (String reading : readings) {
            String path = reading.replace('\\', '/').replaceAll(";[^/]*", "").replaceAll("[\\s\\x00]", "");
            path = Path.of("/" + path).normalize().toString().toLowerCase(Locale.ROOT);
            assertFalse(path.startsWith("/admin"), () -> target + " can be read as " + reading);
        }
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2b"), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notEncoded) {
            return path;
        }
    }

    @Test
    void forwardsTheNormalFormThatWasJudged() throws IOException {
        for (String target : List.of("/%61gents/%7ex", "/agents/~x", "/agents/%7Ex")) {
            try (RawClient client = gateway.client()) {
                client.send("GET " + target + " HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + caller
                        + "\r\n\r\n");
                assertTrue(client.answer().body().startsWith("GET /agents/~x HTTP/1.1\r\n"), target);
            }
        }
    }

    // ---- hosts and origins

    @ParameterizedTest
    @CsvSource({
        "evil.example, 421",
        "localhost.evil.example, 421",
        "evil-localhost, 421",
        "localhost:80, 200",
        "LOCALHOST, 200",
        "localhost:99999, 400",
        "localhost:x, 400",
        "localhost:, 0",
        "user@localhost, 400",
        "localhost/agents, 400",
        "localhost evil, 400",
        "'localhost,evil.example', 0",
        "169.254.169.254, 421",
        "0x7f000001, 400",
        "2130706433, 400",
        "[::1, 400",
        "%6cocalhost, 400",
        "localhost%00.evil.example, 400",
        "'', 400",
    })
    void checksHost(String host, int status) throws IOException {
        try (RawClient client = gateway.client()) {
            client.send("GET /agents/1 HTTP/1.1\r\nhost: " + host + "\r\n" + Stronghold.AUTHORIZATION + "\r\n");
            assertHost(status, client.answer().status());
        }
        try (FrameClient client = gateway.frames()) {
            String[] fields = FrameClient.request("GET", "/agents/1");
            fields[7] = host;
            client.send(FrameClient.headers(1, true, fields));
            assertHost(status, client.answer(1).status());
        }
        assertEquals(status == 200 ? 2 : 0, origin.requests().size());
    }

    private static void assertHost(int expected, int status) {
        assertTrue(
                expected == 0 ? status != 200 : status == expected || (expected == 400 && status == 0),
                "got " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "https://localhost, 200",
        "http://localhost, 403",
        "https://evil.example, 403",
        "https://localhost.evil.example, 403",
        "https://localhost:444, 403",
        "null, 403",
        "'', 403",
        "'https://localhost, https://evil.example', 403",
        "https://localhost https://evil.example, 403",
        "file://, 403",
    })
    void checksOrigin(String from, int status) throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + "origin: " + from + "\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertEquals(status, answer.status(), answer::toString);
            assertEquals(status == 200, answer.head().contains("access-control-allow-origin"), answer::toString);
        }
        assertEquals(status == 200 ? 1 : 0, origin.requests().size());
    }

    @Test
    void refusesSecondOrigin() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1")
                    + "origin: https://localhost\r\norigin: https://evil.example\r\n\r\n");
            assertEquals(403, client.answer().status());
        }
        assertEquals(0, origin.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metrics",
                "/v1/audit/events",
                "/v1/audit/checkpoint",
                "/v1/config",
                "/agents/1",
                "/",
                "/nothing"
            })
    void hasNoOtherDoorWithoutIdentity(String path) throws IOException {
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "QUERY")) {
            try (RawClient client = gateway.client()) {
                client.send(method + " " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
                assertEquals(401, statusOnly(client), method);
            }
        }
        assertEquals(0, origin.bytes());
    }

    private static int statusOnly(RawClient client) throws IOException {
        byte[] begin = client.input().readNBytes(12);
        return Integer.parseInt(new String(begin, 9, 3, StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
    void takesNothingElseAtTheOpenDoors(String path) throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH")) {
            try (RawClient client = gateway.client()) {
                client.send(method + " " + path + " HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n");
                assertEquals(401, client.answer().status(), method);
            }
        }
        assertEquals(0, origin.bytes());
    }

    // ---- fields

    @Test
    void passesOnNoIdentityOfTheClientsOwn() throws IOException {
        List<String> names = List.of(
                "X-Pavise-Principal",
                "x-pavise-anything",
                "X_Pavise_Principal",
                "X-Forwarded-For",
                "x-forwarded-user",
                "X-Forwarded-Email",
                "x_forwarded_for",
                "X-Forwarded-Client-Cert",
                "Forwarded",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Real-IP",
                "X-Client-IP",
                "True-Client-IP",
                "CF-Connecting-IP",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Original-Host",
                "X-Original-Method",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "X-Remote-User",
                "Remote-User",
                "X-Auth-Request-User",
                "X-Authenticated-User",
                "X-SSL-Client-Cert",
                "SSL-Client-Cert",
                "Client-Cert",
                "X-Envoy-Original-Path",
                "X-Envoy-External-Address",
                "X-Amzn-Oidc-Data",
                "X-Goog-Authenticated-User-Email",
                "X-Ms-Client-Principal",
                "Proxy-Authorization",
                "Proxy",
                "X-Api-Key-Not",
                "X-Host",
                "X-Forwarded-Server",
                "X-Cluster-Client-IP",
                "Fastly-Client-IP");
        List<String> harmless = List.of("x-api-key-not");
        StringBuilder fields = new StringBuilder();
        names.forEach(name -> fields.append(name).append(": forged\r\n"));
        String seen;
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + fields
                    + "Connection: x-pavise-principal, x-forwarded-for\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertEquals(200, answer.status(), answer::toString);
            seen = answer.body();
        }
        List<String> passed = seen.lines()
                .filter(line -> line.endsWith(": forged"))
                .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                .filter(name -> !harmless.contains(name))
                .toList();
        assertEquals(List.of(), passed);
        assertTrue(seen.contains("\r\nx-pavise-principal: operator\r\n"), seen);
        assertTrue(seen.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"), seen);
        assertFalse(seen.contains(Stronghold.TOKEN), "the credential stays here");
    }

    @Test
    void dropsFieldsThatTheConnectionNames() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + "x-a: b\r\nConnection: keep-alive, x-a\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertTrue(answer.status() == 400 || !answer.body().contains("x-a"), answer::toString);
        }
    }

    @Test
    void isSoundAfterwards() throws IOException {
        gateway.assertSound();
    }
}
