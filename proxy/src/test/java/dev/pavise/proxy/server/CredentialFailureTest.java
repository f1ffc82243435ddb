package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.key.KeyFormat;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every credential, and every way in which it can fail: what the caller is told, what the operator is told, and that nothing reached the upstream.
 * What the caller is told of credentials that prove nothing is the same to the byte, so that nobody learns how far a guess got. The table is written
 * to {@code target/credential-failures.md}.
 */
final class CredentialFailureTest {

    @TempDir
    static Path folder;

    private static final FailureTable table = new FailureTable();
    private static final Map<String, String> looks = new HashMap<>();
    private static final TestIssuer here = new TestIssuer("https://id.example", "k1");
    private static final TestIssuer away = new TestIssuer("https://remote.example", "k1");
    private static final TestCa clients = TestCa.create("clients");
    private static final List<CredentialRow> rows = new ArrayList<>();
    private static RawOrigin origin;
    private static RawOrigin issuer;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = RawOrigin.echoing();
        TestCa web = TestCa.create("web");
        web.writeCert(folder, "web.crt");
        SSLContext serving = Trust.context(web.own().certificate(), web.server("localhost"));
        issuer = RawOrigin.secured(serving, false, (request, wire) -> RawOrigin.respond(wire, away.keys()));
        here.writePublicKey(folder, "here.pem");
        clients.writeCert(folder, "clients.crt");
        TestCa.Issued revoked = clients.client("ci").issue();
        TestCa.write(folder.resolve("clients.crl"), clients.revocationList(revoked.certificate()));
        gateway = TestGateway.start(folder, yaml());
        rows.addAll(new CredentialRows(gateway, here, away, clients, revoked).all());
    }

    private static String yaml() {
        return """
                tls: {client_ca: clients.crt, client_crl: clients.crl}
                trusted_proxies: ["127.0.0.0/8", "::1/128"]
                limits: {refused_credentials_per_address: 5/hour}
                identity:
                  issuers:
                    - {name: here, issuer: "https://id.example", audience: pavise, public_key: here.pem, algorithms: [ES256], leeway: 0s}
                    - {name: away, issuer: "https://remote.example", audience: pavise, jwks_url: "https://localhost:%d/keys", ca: web.crt, algorithms: [ES256], leeway: 0s}
                roles: [{name: reader, permissions: ["agent:list"]}]
                bindings:
                  - {principal: "jwt:here:alice", roles: [reader]}
                  - {principal: "jwt:away:alice", roles: [reader]}
                  - {principal: "cert:ci", roles: [reader]}
                """.formatted(issuer.port()) + Yaml.oneRoute(origin.port(), "");
    }

    @AfterAll
    static void stop() throws IOException {
        table.write(Path.of("target", "credential-failures.md"));
        gateway.close();
        origin.close();
        issuer.close();
    }

    // ---- the table

    static Stream<CredentialRow> rows() {
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isToldAsTheTableSays(CredentialRow row) throws Exception {
        String path = "/agents/" + rows.indexOf(row);
        // From an address of its own, so that no row uses up another's share of wrong credentials.
        String from = "X-Forwarded-For: 2001:db8:0:" + Integer.toHexString(rows.indexOf(row) + 1) + "::1\r\n";
        Seen seen = row.status() == 0 ? alert(row) : ask(row, path, from);
        table.add(row.credential(), row.failure(), seen.status(), seen.code(), seen.reason(), seen.challenge());
        assertEquals(new Seen(row.status(), row.code(), row.reason(), row.challenge()), seen);
        assertEquals(row.status() == 200, origin.seen().contains("GET " + path));
    }

    /** What came of it, for the caller and for the operator. */
    private record Seen(int status, String code, String reason, String challenge) {}

    private static Seen ask(CredentialRow row, String path, String from) throws Exception {
        SSLContext trust = Trust.in(Objects.requireNonNull(gateway.server().ca()), row.certificate());
        Wire.Message answer;
        try (Wire wire = Wire.to(trust, gateway.port())) {
            answer = wire.anonymous("GET", path, from, row.fields()).answer();
        }
        if (answer.status() == 200) {
            return new Seen(200, "", "", CredentialRow.NONE);
        }
        if (answer.status() == 401 && !row.credential().equals("none")) {
            String look = look(answer);
            assertEquals(looks.computeIfAbsent("any", first -> look), look, "one look for all that proves nothing");
        }
        JsonNode record = Trail.of(gateway).of(path).getLast();
        for (String secret : row.fields().split("[ \r\n]+")) {
            assertFalse(secret.length() > 20 && record.toString().contains(secret), "no credential in the record");
        }
        String challenge = answer.field("www-authenticate");
        assertTrue(
                challenge.isEmpty() || challenge.startsWith("Bearer realm=\"pavise\", resource_metadata=\""),
                challenge);
        return new Seen(
                answer.status(),
                Trail.metadata(record, "code"),
                Trail.metadata(record, "reason"),
                challenge.isEmpty()
                        ? CredentialRow.NONE
                        : challenge.endsWith(", error=\"invalid_token\"")
                                ? CredentialRow.CHALLENGED
                                : CredentialRow.ASKED);
    }

    /** All of an answer but the id of its request. */
    private static String look(Wire.Message answer) {
        String id = answer.field("x-request-id");
        assertFalse(id.isEmpty());
        return answer.head().replace(id, "-").replaceAll("(?i)\r\ndate: [^\r]*", "")
                + answer.text().replace(id, "-");
    }

    private static Seen alert(CredentialRow row) throws Exception {
        int before = Trail.of(gateway).of("https").size();
        SSLContext trust = Trust.insisting(
                Objects.requireNonNull(gateway.server().ca()), Objects.requireNonNull(row.certificate()));
        String answered;
        try (Wire wire = Wire.to(trust, gateway.port())) {
            answered = wire.anonymous("GET", "/agents/handshake").head();
        } catch (IOException refused) {
            answered = "";
        }
        assertEquals("", answered);
        assertFalse(origin.seen().contains("GET /agents/handshake"));
        if (row.reason().isEmpty()) {
            return new Seen(0, "TLS alert", "", CredentialRow.NONE);
        }
        Eventually.holds("it is recorded", () -> Trail.of(gateway).of("https").size() > before);
        JsonNode record = Trail.of(gateway).of("https").getLast();
        assertEquals("tls.handshake", Trail.text(record, "action"));
        return new Seen(0, "TLS alert", Trail.metadata(record, "reason"), CredentialRow.NONE);
    }

    // ---- throttled

    @ParameterizedTest
    @MethodSource("guesses")
    void throttlesGuesses(String credential, String guess, String right) throws Exception {
        String from = "X-Forwarded-For: 2001:db8:ffff:"
                + Integer.toHexString(Math.floorMod(credential.hashCode(), 0xffff)) + "::1\r\n";
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        401,
                        wire.anonymous("GET", "/agents/guess", from, guess)
                                .answer()
                                .status());
            }
            Wire.Message throttled =
                    wire.anonymous("GET", "/agents/throttled", from, guess).answer();
            JsonNode record = Trail.of(gateway).of("/agents/throttled").getLast();
            table.add(
                    credential,
                    "throttled",
                    throttled.status(),
                    Trail.metadata(record, "code"),
                    Trail.metadata(record, "reason"),
                    throttled.has("www-authenticate") ? CredentialRow.ASKED : CredentialRow.NONE);
            assertEquals(429, throttled.status());
            assertTrue(Integer.parseInt(throttled.field("retry-after")) > 0);
            assertEquals("too_many_refused_credentials", Trail.metadata(record, "reason"));
            assertEquals(
                    200,
                    wire.anonymous("GET", "/agents/right", from, right).answer().status(),
                    "who cannot be guessed");
        }
        assertFalse(origin.seen().contains("GET /agents/guess"));
        assertFalse(origin.seen().contains("GET /agents/throttled"));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> guesses() throws Exception {
        String key = new Given(gateway).key("guessed", "agent:list").text().reveal();
        String known = here.token("alice");
        String fetched = away.token("alice");
        try (Wire wire = Wire.to(gateway)) { // so that they are remembered
            assertEquals(
                    200,
                    wire.anonymous("GET", "/agents/known", CredentialRow.bearer(known))
                            .answer()
                            .status());
            assertEquals(
                    200,
                    wire.anonymous("GET", "/agents/known", CredentialRow.bearer(fetched))
                            .answer()
                            .status());
        }
        String unknown = KeyFormat.DEFAULT.generate(new SecureRandom()).reveal();
        return Stream.of(
                arguments("operator token", CredentialRow.bearer("guess"), CredentialRow.bearer(TestGateway.TOKEN)),
                arguments("JWT, static key", CredentialRow.bearer(here.forged("alice")), CredentialRow.bearer(known)),
                arguments(
                        "JWT, remote issuer",
                        CredentialRow.bearer(away.forged("alice")),
                        CredentialRow.bearer(fetched)),
                arguments("API key, `x-api-key`", "X-Api-Key: " + unknown + "\r\n", "X-Api-Key: " + key + "\r\n"),
                arguments(
                        "API key, `x-caxton-api-key`",
                        "X-Caxton-Api-Key: " + unknown + "\r\n",
                        "X-Caxton-Api-Key: " + key + "\r\n"));
    }

    private static org.junit.jupiter.params.provider.Arguments arguments(
            String credential, String guess, String right) {
        return org.junit.jupiter.params.provider.Arguments.of(credential, guess, right);
    }

    @Test
    void coversEveryReasonThatThereIs() {
        // Reasons that others test: an issuer that is away needs one that is.
        List<String> elsewhere = List.of("issuer_keys_missing", "issuer_keys_stale", "forbidden_header", "wrong_type");
        for (dev.pavise.policy.identity.UnprovenReason reason : dev.pavise.policy.identity.UnprovenReason.values()) {
            boolean here = rows.stream().anyMatch(row -> row.reason().equals(reason.code()));
            assertTrue(here || elsewhere.contains(reason.code()), reason.code());
        }
    }
}
