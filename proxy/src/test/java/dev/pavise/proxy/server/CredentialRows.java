package dev.pavise.proxy.server;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.tls.TestCa;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** Every credential with every way in which it can fail. */
final class CredentialRows {
    private static final String UNAUTHENTICATED = "unauthenticated";

    private final List<CredentialRow> rows = new ArrayList<>();
    private final Given given;
    private final TestIssuer here;
    private final TestIssuer away;
    private final TestCa clients;
    private final TestCa.Issued revoked;

    /**
     * @param away whose keys are fetched
     * @param clients the authority of client certificates
     * @param revoked one of them
     */
    CredentialRows(TestGateway gateway, TestIssuer here, TestIssuer away, TestCa clients, TestCa.Issued revoked) {
        this.given = new Given(gateway);
        this.here = here;
        this.away = away;
        this.clients = clients;
        this.revoked = revoked;
    }

    List<CredentialRow> all() throws Exception {
        tellOperatorToken();
        tellTokens("JWT, static key", here);
        tellTokens("JWT, remote issuer", away);
        tellKeys();
        tellCertificates();
        tellSeveralAndNone();
        return List.copyOf(rows);
    }

    private void row(String credential, String failure, String fields, int status, String code, String reason) {
        rows.add(new CredentialRow(
                credential,
                failure,
                null,
                fields,
                status,
                code,
                reason,
                status == 401 ? CredentialRow.CHALLENGED : CredentialRow.NONE));
    }

    private void refused(String credential, String failure, String fields, String reason) {
        row(credential, failure, fields, 401, UNAUTHENTICATED, reason);
    }

    private void tellOperatorToken() {
        String name = "operator token";
        row(name, "none: it is right", CredentialRow.bearer(TestGateway.TOKEN), 200, "", "");
        refused(name, "empty", "Authorization: Bearer \r\n", "malformed");
        refused(name, "malformed", CredentialRow.bearer("two words"), "malformed");
        refused(name, "other scheme", "Authorization: Basic b3BlcmF0b3I6eA==\r\n", "unsupported_scheme");
        refused(name, "unknown", CredentialRow.bearer("x".repeat(TestGateway.TOKEN.length())), "unknown_token");
        refused(
                name,
                "wrong at its end",
                CredentialRow.bearer(TestGateway.TOKEN.replaceAll(".$", "x")),
                "unknown_token");
        refused(name, "cut", CredentialRow.bearer(TestGateway.TOKEN.replaceAll(".$", "")), "unknown_token");
    }

    private void tellTokens(String name, TestIssuer by) {
        Instant now = Instant.now();
        row(name, "none: it is right", CredentialRow.bearer(by.token("alice")), 200, "", "");
        refused(name, "malformed", CredentialRow.bearer(by.token("alice").replace('.', '_') + ".x"), "malformed");
        refused(name, "cut", CredentialRow.bearer(by.token("alice").replaceAll("\\.[^.]*$", ".")), "bad_signature");
        refused(
                name,
                "unknown issuer",
                CredentialRow.bearer(with(by, claims -> claims.issuer("https://other.example"))),
                "unknown_issuer");
        refused(name, "wrong signature", CredentialRow.bearer(by.forged("alice")), "bad_signature");
        refused(name, "wrong algorithm", CredentialRow.bearer(by.confused("alice")), "algorithm");
        refused(
                name,
                "wrong audience",
                CredentialRow.bearer(with(by, claims -> claims.audience("other"))),
                "wrong_audience");
        refused(
                name,
                "without expiry",
                CredentialRow.bearer(with(by, claims -> claims.expirationTime(null))),
                "bad_claim");
        refused(
                name,
                "expired",
                CredentialRow.bearer(with(by, claims -> claims.expirationTime(Date.from(now.minusSeconds(60))))),
                "expired");
        refused(
                name,
                "not yet valid",
                CredentialRow.bearer(with(by, claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60))))),
                "not_yet_valid");
        if (by == away) {
            refused(name, "key withdrawn", CredentialRow.bearer(by.withdrawn("alice")), "unknown_key");
        }
        row(
                name,
                "insufficient permission",
                CredentialRow.bearer(by.token("mallory")),
                403,
                "forbidden",
                "permission_missing");
    }

    private static String with(TestIssuer by, UnaryOperator<JWTClaimsSet.Builder> changes) {
        return by.token("alice", changes);
    }

    private void tellKeys() throws Exception {
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

    private void tellCertificates() {
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
        String wrong = CredentialRow.bearer("wrong");
        rows.add(new CredentialRow(
                "two at once",
                "right certificate, wrong token",
                clients.client("ci").issue(),
                wrong,
                401,
                UNAUTHENTICATED,
                "unknown_token",
                CredentialRow.CHALLENGED));
    }

    private void certificate(String failure, TestCa.Issued certificate, int status, String code, String reason) {
        rows.add(new CredentialRow(
                "client certificate", failure, certificate, "", status, code, reason, CredentialRow.NONE));
    }

    /** No HTTP is spoken at all. */
    private void handshake(String failure, String reason, TestCa.Issued certificate) {
        rows.add(new CredentialRow(
                "client certificate", failure, certificate, "", 0, "TLS alert", reason, CredentialRow.NONE));
    }

    private void tellSeveralAndNone() {
        String name = "two at once";
        String token = CredentialRow.bearer(TestGateway.TOKEN);
        String key = given.key("second", "agent:list").text().reveal();
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
        rows.add(new CredentialRow("none", "missing", null, "", 401, UNAUTHENTICATED, "missing", CredentialRow.ASKED));
    }
}
