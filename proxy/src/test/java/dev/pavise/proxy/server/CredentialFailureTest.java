package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
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
    private static final String CHALLENGED = "challenge, `invalid_token`";
    private static final String ASKED = "challenge";
    private static final String NONE = "none";
    private static final String UNAUTHENTICATED = "unauthenticated";

    @TempDir
    static Path folder;

    private static final FailureTable table = new FailureTable();
    private static final Map<String, String> looks = new HashMap<>();
    private static final TestIssuer here = new TestIssuer("https://id.example", "k1");
    private static final TestIssuer away = new TestIssuer("https://remote.example", "k1");
    private static final TestCa clients = TestCa.create("clients");
    private static final List<Row> rows = new ArrayList<>();
    private static RawOrigin origin;
    private static RawOrigin issuer;
    private static TestGateway gateway;

    /** A way to present something, which has to end in a certain way. */
    private record Row(
            String credential,
            String failure,
            TestCa.@Nullable Issued certificate,
            String fields,
            int status,
            String code,
            String reason,
            String challenge) {
        @Override
        public String toString() {
            return credential + ": " + failure;
        }
    }

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
        tellTokens("JWT, static key", here);
        tellTokens("JWT, remote issuer", away);
        tellOperatorToken();
        tellKeys();
        tellCertificates(revoked);
        tellSeveralAndNone();
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

    // ---- rows

    private static void row(String credential, String failure, String fields, int status, String code, String reason) {
        rows.add(new Row(credential, failure, null, fields, status, code, reason, status == 401 ? CHALLENGED : NONE));
    }

    private static void refused(String credential, String failure, String fields, String reason) {
        row(credential, failure, fields, 401, UNAUTHENTICATED, reason);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private static void tellOperatorToken() {
        String name = "operator token";
        row(name, "none: it is right", bearer(TestGateway.TOKEN), 200, "", "");
        refused(name, "empty", "Authorization: Bearer \r\n", "malformed");
        refused(name, "malformed", bearer("two words"), "malformed");
        refused(name, "other scheme", "Authorization: Basic b3BlcmF0b3I6eA==\r\n", "unsupported_scheme");
        refused(name, "unknown", bearer("x".repeat(TestGateway.TOKEN.length())), "unknown_token");
        refused(name, "wrong at its end", bearer(TestGateway.TOKEN.replaceAll(".$", "x")), "unknown_token");
        refused(name, "cut", bearer(TestGateway.TOKEN.replaceAll(".$", "")), "unknown_token");
    }

    private static void tellTokens(String name, TestIssuer by) {
        Instant now = Instant.now();
        row(name, "none: it is right", bearer(by.token("alice")), 200, "", "");
        refused(name, "malformed", bearer(by.token("alice").replace('.', '_') + ".x"), "malformed");
        refused(name, "cut", bearer(by.token("alice").replaceAll("\\.[^.]*$", ".")), "bad_signature");
        refused(
                name,
                "unknown issuer",
                bearer(with(by, claims -> claims.issuer("https://other.example"))),
                "unknown_issuer");
        refused(name, "wrong signature", bearer(by.forged("alice")), "bad_signature");
        refused(name, "wrong algorithm", bearer(by.confused("alice")), "algorithm");
        refused(name, "wrong audience", bearer(with(by, claims -> claims.audience("other"))), "wrong_audience");
        refused(name, "without expiry", bearer(with(by, claims -> claims.expirationTime(null))), "bad_claim");
        refused(
                name,
                "expired",
                bearer(with(by, claims -> claims.expirationTime(Date.from(now.minusSeconds(60))))),
                "expired");
        refused(
                name,
                "not yet valid",
                bearer(with(by, claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60))))),
                "not_yet_valid");
        if (by == away) {
            refused(name, "key withdrawn", bearer(by.withdrawn("alice")), "unknown_key");
        }
        row(name, "insufficient permission", bearer(by.token("mallory")), 403, "forbidden", "permission_missing");
    }

    private static String with(TestIssuer by, UnaryOperator<JWTClaimsSet.Builder> changes) {
        return by.token("alice", changes);
    }

    private static void tellKeys() throws Exception {
        Given given = new Given(gateway);
        String good = given.key("ci", "agent:list").text().reveal();
        String other = given.key("other", "agent:list").text().reveal();
        String poor = given.key("poor").text().reveal();
        NewKey revoked = given.key("revoked", "agent:list");
        given.revoke(revoked);
        NewKey expired = given.key("expired", Duration.ofMillis(1), "agent:list");
        Instant end = expired.record().expiresAt();
        Eventually.holds("it has expired", () -> Instant.now().isAfter(end));
        for (String field : List.of("X-Api-Key", "X-Caxton-Api-Key")) {
            String name = "API key, `" + field.toLowerCase(java.util.Locale.ROOT) + "`";
            row(name, "none: it is right", field + ": " + good + "\r\n", 200, "", "");
            refused(name, "empty", field + ": \r\n", "malformed");
            refused(name, "malformed", field + ": " + good.replaceAll(".$", "~") + "\r\n", "malformed");
            refused(
                    name,
                    "wrong checksum",
                    field + ": " + good.substring(0, 30) + "0".repeat(30) + "\r\n",
                    "malformed");
            String unknown = KeyFormat.DEFAULT.generate(new SecureRandom()).reveal();
            refused(name, "unknown", field + ": " + unknown + "\r\n", "unknown_api_key");
            refused(name, "wrong secret", field + ": " + crossed(good, other) + "\r\n", "unknown_api_key");
            refused(name, "expired", field + ": " + expired.text().reveal() + "\r\n", "expired");
            refused(name, "revoked", field + ": " + revoked.text().reveal() + "\r\n", "revoked");
            row(name, "insufficient permission", field + ": " + poor + "\r\n", 403, "forbidden", "permission_missing");
        }
    }

    /** The id of one key with the secret of another, under a right checksum. */
    private static String crossed(String id, String secret) {
        int at = "pav_live_".length() + 16;
        String unchecked = id.substring(0, at) + secret.substring(at, at + 43);
        CRC32 crc = new CRC32();
        crc.update(unchecked.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        StringBuilder checksum = new StringBuilder();
        for (long rest = crc.getValue(); checksum.length() < 6; rest /= 62) {
            checksum.insert(
                    0, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".charAt((int) (rest % 62)));
        }
        return unchecked + checksum;
    }

    private static void tellCertificates(TestCa.Issued revoked) {
        Instant now = Instant.now();
        certificate("none: it is right", clients.client("ci").issue(), 200, "", "");
        certificate(
                "insufficient permission", clients.client("stranger").issue(), 403, "forbidden", "permission_missing");
        handshake(
                "unknown authority",
                "untrusted",
                TestCa.create("others").client("ci").issue());
        handshake(
                "authority of the same name",
                "untrusted",
                TestCa.create("clients").client("ci").issue());
        handshake(
                "key of another",
                "",
                new TestCa.Issued(clients.client("ci").issue().certificate(), List.of(), revoked.key()));
        handshake(
                "wrong usage",
                "wrong_usage",
                clients.client("ci").onlyUsage(KeyPurposeId.id_kp_serverAuth).issue());
        handshake(
                "expired",
                "expired",
                clients.client("ci")
                        .valid(now.minus(Duration.ofDays(9)), Duration.ofDays(8))
                        .issue());
        handshake(
                "not yet valid",
                "not_yet_valid",
                clients.client("ci")
                        .valid(now.plus(Duration.ofDays(1)), Duration.ofDays(8))
                        .issue());
        handshake("revoked", "revoked", revoked);
        String wrong = bearer("wrong");
        rows.add(new Row(
                "two at once",
                "right certificate, wrong token",
                clients.client("ci").issue(),
                wrong,
                401,
                UNAUTHENTICATED,
                "unknown_token",
                CHALLENGED));
    }

    private static void certificate(String failure, TestCa.Issued certificate, int status, String code, String reason) {
        rows.add(new Row("client certificate", failure, certificate, "", status, code, reason, NONE));
    }

    /** No HTTP is spoken at all. */
    private static void handshake(String failure, String reason, TestCa.Issued certificate) {
        rows.add(new Row("client certificate", failure, certificate, "", 0, "TLS alert", reason, NONE));
    }

    private static void tellSeveralAndNone() {
        String name = "two at once";
        String token = bearer(TestGateway.TOKEN);
        String key = new Given(gateway).key("second", "agent:list").text().reveal();
        String code = "ambiguous_credentials";
        row(name, "token and key", token + "X-Api-Key: " + key + "\r\n", 400, code, code);
        row(
                name,
                "key in both headers",
                "X-Api-Key: " + key + "\r\nX-Caxton-Api-Key: " + key + "\r\n",
                400,
                code,
                code);
        row(name, "token twice", token + token, 400, code, code);
        row(name, "right token and wrong key", token + "X-Api-Key: x\r\n", 400, code, code);
        rows.add(new Row("none", "missing", null, "", 401, UNAUTHENTICATED, "missing", ASKED));
    }

    // ---- the table

    static Stream<Row> rows() {
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isToldAsTheTableSays(Row row) throws Exception {
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

    private static Seen ask(Row row, String path, String from) throws Exception {
        SSLContext trust = Trust.in(Objects.requireNonNull(gateway.server().ca()), row.certificate());
        Wire.Message answer;
        try (Wire wire = Wire.to(trust, gateway.port())) {
            answer = wire.anonymous("GET", path, from, row.fields()).answer();
        }
        if (answer.status() == 200) {
            return new Seen(200, "", "", NONE);
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
                challenge.isEmpty() ? NONE : challenge.endsWith(", error=\"invalid_token\"") ? CHALLENGED : ASKED);
    }

    /** All of an answer but the id of its request. */
    private static String look(Wire.Message answer) {
        String id = answer.field("x-request-id");
        assertFalse(id.isEmpty());
        return answer.head().replace(id, "-").replaceAll("(?i)\r\ndate: [^\r]*", "")
                + answer.text().replace(id, "-");
    }

    private static Seen alert(Row row) throws Exception {
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
            return new Seen(0, "TLS alert", "", NONE);
        }
        Eventually.holds("it is recorded", () -> Trail.of(gateway).of("https").size() > before);
        JsonNode record = Trail.of(gateway).of("https").getLast();
        assertEquals("tls.handshake", Trail.text(record, "action"));
        return new Seen(0, "TLS alert", Trail.metadata(record, "reason"), NONE);
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
                    throttled.has("www-authenticate") ? ASKED : NONE);
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
                    wire.anonymous("GET", "/agents/known", bearer(known))
                            .answer()
                            .status());
            assertEquals(
                    200,
                    wire.anonymous("GET", "/agents/known", bearer(fetched))
                            .answer()
                            .status());
        }
        String unknown = KeyFormat.DEFAULT.generate(new SecureRandom()).reveal();
        return Stream.of(
                arguments("operator token", bearer("guess"), bearer(TestGateway.TOKEN)),
                arguments("JWT, static key", bearer(here.forged("alice")), bearer(known)),
                arguments("JWT, remote issuer", bearer(away.forged("alice")), bearer(fetched)),
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
