package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.issuer.IssuedKey;
import dev.pavise.proxy.issuer.OidcIssuer;
import dev.pavise.proxy.tls.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that would lead a gateway which fetches keys to other keys: all refused, and nobody but the configured issuer is asked (RFC 8725). */
final class IssuerAttackTest {
    private static final String RIGHTS = "\"permissions\":[\"agent:list\"]";
    private static final IssuedKey CURVE = IssuedKey.es256("curve");
    private static final IssuedKey RSA = IssuedKey.rs256("rsa");
    private static final IssuedKey OWN = IssuedKey.es256("curve");

    @TempDir
    static Path folder;

    private static final Map<String, String> attacks = new LinkedHashMap<>();
    private static OidcIssuer issuer;
    private static OidcIssuer trap;
    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        TestCa ca = TestCa.create("issuers");
        ca.writeCert(folder, "issuers.pem");
        issuer = OidcIssuer.start(ca);
        issuer.publish(CURVE, RSA);
        trap = OidcIssuer.start(ca);
        trap.publish(OWN);
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, """
                limits: {refused_credentials_per_address: "100000/minute"}
                identity:
                  issuers:
                    - {name: corp, issuer: "%s", audience: pavise, algorithms: [ES256, RS256], discovery: true, ca: issuers.pem}
                """.formatted(issuer.url()));
        assertEquals(200, ask(issuer.token(CURVE, "alice", RIGHTS)).status());
        forge();
    }

    private static void forge() {
        String claims = issuer.claims("mallory", RIGHTS);
        for (String member : List.of("jku", "x5u", "iss")) {
            header(member, "\"kid\":\"curve\",\"" + member + "\":\"" + trap.url() + "/jwks\"", claims);
        }
        header("jwk", "\"kid\":\"curve\",\"jwk\":" + OWN.jwk(), claims);
        for (String id : List.of(
                trap.url() + "/jwks",
                "../../../../dev/null",
                "/etc/passwd",
                "x' UNION SELECT 'y",
                "",
                "x".repeat(2000),
                "curve ",
                "CURVE",
                "\\u0000curve")) {
            header("kid " + (id.length() > 100 ? "of great length" : id), "\"kid\":\"" + id + "\"", claims);
        }
        attacks.put("key of another under a known name", OWN.token(claims));
        attacks.put("issuer of the attacker", OWN.token(claims.replace(issuer.url(), trap.url())));
        attacks.put("issuer with a path", OWN.token(claims.replace(issuer.url(), issuer.url() + "/../" + trap.url())));
        attacks.put(
                "issuer with a user",
                OWN.token(claims.replace(issuer.url(), issuer.url() + "@localhost:" + trap.port())));
        attacks.put(
                "jwks_uri as claim",
                OWN.token(issuer.claims("m", RIGHTS + ",\"jwks_uri\":\"" + trap.url() + "/jwks\"")));
        attacks.put("one key's name for the other", CURVE.token("{\"alg\":\"ES256\",\"kid\":\"rsa\"}", claims));
        attacks.put("one key's algorithm for the other", RSA.token("{\"alg\":\"ES256\",\"kid\":\"rsa\"}", claims));
        for (String published : List.of(CURVE.jwk(), RSA.jwk(), "{\"keys\":[" + CURVE.jwk() + "," + RSA.jwk() + "]}")) {
            attacks.put(
                    "published text as secret " + attacks.size(),
                    Tokens.hmac(
                            "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", claims, published.getBytes(StandardCharsets.UTF_8)));
        }
        attacks.put(
                "published key as secret",
                Tokens.hmac(
                        "{\"alg\":\"HS256\"}", claims, RSA.pair().getPublic().getEncoded()));
        attacks.put("no signature", Tokens.withSignature("{\"alg\":\"none\",\"kid\":\"curve\"}", claims, new byte[0]));
    }

    private static void header(String name, String members, String claims) {
        attacks.put(name, OWN.token("{\"alg\":\"ES256\"," + members + "}", claims));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        origin.close();
        issuer.close();
        trap.close();
    }

    private static RawClient.Answer ask(String token) throws Exception {
        try (RawClient client = gateway.client()) {
            return client.send(
                            "GET /agents/1 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + token + "\r\n\r\n")
                    .answer();
        }
    }

    static Stream<String> names() {
        return attacks.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesAndAsksNobodyElse(String name) throws Exception {
        origin.forget();
        RawClient.Answer answer = ask(attacks.get(name));
        assertEquals(401, answer.status(), answer::toString);
        assertEquals(0, origin.bytes());
        assertEquals(List.of(), trap.heads());
    }

    @Test
    void asksItsIssuerForNothingButTwoPaths() throws Exception {
        for (String attack : attacks.values()) {
            ask(attack);
        }
        for (String head : issuer.heads()) {
            assertTrue(
                    head.startsWith("GET " + OidcIssuer.METADATA + " HTTP/1.1\r\n")
                            || head.startsWith("GET " + OidcIssuer.JWKS + " HTTP/1.1\r\n"),
                    head);
        }
        assertTrue(issuer.fetches() <= 4, "asked " + issuer.fetches() + " times");
        assertEquals(200, ask(issuer.token(RSA, "alice", RIGHTS)).status());
        gateway.assertSound();
    }
}
