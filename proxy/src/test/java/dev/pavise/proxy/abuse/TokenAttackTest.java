package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forged and misused tokens: all refused, all told the same, and nothing that they name is fetched (RFC 8725). */
final class TokenAttackTest {
    private static final String RIGHTS = "\"permissions\":[\"agent:list\"]";

    @TempDir
    static Path folder;

    private static final Map<String, String> attacks = new LinkedHashMap<>();
    private static RawOrigin origin;
    private static Stronghold gateway;
    private static Tokens tokens;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        tokens = Tokens.es256();
        Path key = tokens.writePublicKey(folder);
        gateway = Stronghold.before(folder, origin, """
                limits: {refused_credentials_per_address: "100000/minute"}
                identity:
                  issuers:
                    - {name: corp, issuer: "%s", audience: "%s", public_key: %s, algorithms: [ES256], leeway: 0s}
                """.formatted(Tokens.ISSUER, Tokens.AUDIENCE, key));
        forge(Files.readAllBytes(key));
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

    private static void forge(byte[] pem) {
        String claims = Tokens.claims(RIGHTS);
        String good = tokens.good(RIGHTS);
        String content = good.substring(0, good.lastIndexOf('.'));
        for (String none : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            attacks.put("alg " + none, Tokens.withSignature("{\"alg\":\"" + none + "\"}", claims, new byte[0]));
        }
        String mac = "{\"alg\":\"HS256\"}";
        attacks.put("key in PEM as secret", Tokens.hmac(mac, claims, pem));
        attacks.put(
                "key in DER as secret",
                Tokens.hmac(mac, claims, tokens.pair().getPublic().getEncoded()));
        attacks.put("one byte as secret", Tokens.hmac(mac, claims, new byte[1]));
        attacks.put("MAC under ES256", Tokens.hmac(Tokens.HEADER, claims, pem));
        for (String alg : new String[] {"RS256", "ES384", "ES512", "EdDSA", "PS256", "es256", "ES256 ", "ES256K"}) {
            attacks.put("alg " + alg, tokens.signed("{\"alg\":\"" + alg + "\"}", claims));
        }
        String url = "http://127.0.0.1:" + origin.port() + "/keys";
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}";
        header("jku", "\"jku\":\"" + url + "\"");
        header("x5u", "\"x5u\":\"" + url + "\"");
        header("jwk", "\"jwk\":" + jwk);
        header("x5c", "\"x5c\":[\"AAAA\"]");
        header("crit", "\"crit\":[\"exp\"]");
        header("crit of nothing", "\"crit\":[]");
        header("b64", "\"b64\":false,\"crit\":[\"b64\"]");
        header("zip", "\"zip\":\"DEF\"");
        header("enc", "\"enc\":\"A256GCM\"");
        header("second alg", "\"alg\":\"none\"");
        header("kid with a number", "\"kid\":1");
        header("type of another token", "\"typ\":\"logout+jwt\"");
        attacks.put("zeros as signature", Tokens.withSignature(Tokens.HEADER, claims, new byte[64]));
        attacks.put("no signature", content + ".");
        attacks.put("two parts", content);
        attacks.put("four parts", good + ".x");
        attacks.put("five parts, as JWE has", "e30.x.x.x.x");
        attacks.put("short signature", good.substring(0, good.length() - 4));
        attacks.put(
                "signature in DER",
                Tokens.withSignature(Tokens.HEADER, claims, tokens.signature("SHA256withECDSA", content)));
        attacks.put("padding", good + "=");
        attacks.put("other last bits", content + good.substring(content.length(), good.length() - 1) + "_");
        attacks.put("other key", Tokens.es256().good(RIGHTS));
        attacks.put("no JSON", tokens.signed(Tokens.HEADER, "hello"));
        attacks.put("array", tokens.signed(Tokens.HEADER, "[" + claims + "]"));
        attacks.put("claims twice", tokens.signed(Tokens.HEADER, claims + claims));
        forgeClaims();
    }

    private static void header(String name, String more) {
        attacks.put(name, tokens.signed("{\"alg\":\"ES256\"," + more + "}", Tokens.claims(RIGHTS)));
    }

    private static void forgeClaims() {
        long now = Instant.now().getEpochSecond();
        String head =
                "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"" + Tokens.AUDIENCE + "\",\"sub\":\"agent\"," + RIGHTS;
        String good = head + ",\"exp\":" + (now + 600);
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("no exp", head + "}");
        for (String exp : new String[] {
            Long.toString(now - 10),
            "\"" + (now + 600) + "\"",
            "-1",
            "0",
            "null",
            "true",
            "[]",
            "{}",
            "1e400",
            "NaN",
            "99999999999999999999",
            "\"tomorrow\""
        }) {
            bad.put("exp " + exp, head + ",\"exp\":" + exp + "}");
        }
        bad.put("nbf ahead", good + ",\"nbf\":" + (now + 300) + "}");
        bad.put("nbf as text", good + ",\"nbf\":\"0\"}");
        bad.put("iat as text", good + ",\"iat\":\"x\"}");
        bad.put("second exp", head + ",\"exp\":1,\"exp\":" + (now + 600) + "}");
        bad.put("second sub", good + ",\"sub\":\"operator\"}");
        String rest = ",\"exp\":" + (now + 600) + "," + RIGHTS + "}";
        bad.put("other audience", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"other\",\"sub\":\"a\"" + rest);
        bad.put("audience in part", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"pavise2\",\"sub\":\"a\"" + rest);
        bad.put("no audience", "{\"iss\":\"" + Tokens.ISSUER + "\",\"sub\":\"a\"" + rest);
        bad.put("audience as number", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":1,\"sub\":\"a\"" + rest);
        bad.put("audience as object", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":{\"pavise\":1},\"sub\":\"a\"" + rest);
        bad.put(
                "audiences with a number",
                "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":[\"pavise\",1],\"sub\":\"a\"" + rest);
        bad.put("other issuer", "{\"iss\":\"https://evil.example\",\"aud\":\"pavise\",\"sub\":\"a\"" + rest);
        bad.put("no issuer", "{\"aud\":\"pavise\",\"sub\":\"a\"" + rest);
        bad.put("no subject", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"pavise\"" + rest);
        bad.put("subject as number", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"pavise\",\"sub\":1" + rest);
        bad.put("empty subject", "{\"iss\":\"" + Tokens.ISSUER + "\",\"aud\":\"pavise\",\"sub\":\"\"" + rest);
        bad.forEach((name, claims) -> attacks.put(name, tokens.signed(Tokens.HEADER, claims)));
    }

    private static RawClient.Answer ask(String fields) throws IOException {
        try (RawClient client = gateway.client()) {
            return client.send("GET /agents/1 HTTP/1.1\r\nhost: localhost\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    static Stream<String> names() {
        return attacks.keySet().stream();
    }

    /** An answer without what differs from request to request. */
    private static String look(RawClient.Answer answer) {
        String all = answer.head() + answer.body();
        return all.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID");
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesAndTellsNothing(String name) throws IOException {
        RawClient.Answer answer = ask("authorization: Bearer " + attacks.get(name) + "\r\n");
        assertEquals(401, answer.status(), answer::toString);
        assertEquals(look(ask("authorization: Bearer nonsense\r\n")), look(answer));
        assertEquals(0, origin.bytes(), "nothing is forwarded, and nothing is fetched");
    }

    @Test
    void takesGoodToken() throws IOException {
        RawClient.Answer answer = ask("authorization: Bearer " + tokens.good(RIGHTS) + "\r\n");
        assertEquals(200, answer.status(), answer::toString);
        assertTrue(answer.body().contains("\r\nx-pavise-principal: jwt:corp:agent\r\n"), answer::toString);
        assertFalse(answer.body().contains("authorization"), answer::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "authorization:\r\n",
                "authorization: Bearer\r\n",
                "authorization: Bearer \r\n",
                "authorization: Basic dGVzdDp0ZXN0\r\n",
                "authorization: test-operator-token-0123456789abcdef\r\n",
                "authorization: Bearer test-operator-token-0123456789abcde\r\n",
                "authorization: Bearer test-operator-token-0123456789abcdef0\r\n",
                "authorization: Bearer TEST-OPERATOR-TOKEN-0123456789ABCDEF\r\n",
                "authorization: Bearer test-operator-token-0123456789abcdef,x\r\n",
                "authorization: Bearer  test-operator-token-0123456789abcdef x\r\n",
                "proxy-authorization: Bearer test-operator-token-0123456789abcdef\r\n",
                "cookie: authorization=test-operator-token-0123456789abcdef\r\n",
                "x-api-key: test-operator-token-0123456789abcdef\r\n",
                "x-forwarded-user: operator\r\nx-pavise-principal: operator\r\n",
            })
    void refusesOtherCredentials(String fields) throws IOException {
        RawClient.Answer answer = ask(fields);
        assertEquals(401, answer.status(), answer::toString);
        assertTrue(answer.head().contains("\r\nwww-authenticate: Bearer"), answer::toString);
        assertEquals(0, origin.bytes());
    }

    @Test
    void takesNoTokenFromTheQuery() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send("GET /agents/1?access_token=" + Stronghold.TOKEN + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
            assertEquals(401, client.answer().status());
        }
        assertEquals(0, origin.bytes());
    }

    @Test
    void refusesTwoCredentials() throws IOException {
        String bearer = Stronghold.AUTHORIZATION;
        String token = "authorization: Bearer " + tokens.good(RIGHTS) + "\r\n";
        for (String fields : new String[] {
            bearer + bearer,
            bearer + token,
            token + token,
            bearer + "x-api-key: pav_live_x\r\n",
            token + "x-caxton-api-key: cax_live_x\r\n",
            "x-api-key: a\r\nx-api-key: b\r\n"
        }) {
            RawClient.Answer answer = ask(fields);
            assertEquals(400, answer.status(), answer::toString);
            assertEquals("ambiguous_credentials", answer.code());
        }
        assertEquals(0, origin.bytes());
    }

    @Test
    void stopsFloodOfWrongCredentials() throws Exception {
        Path other = Files.createDirectories(folder.resolve("flooded"));
        try (Stronghold strict =
                Stronghold.before(other, origin, "limits: {refused_credentials_per_address: \"5/hour\"}")) {
            int last = 0;
            for (int i = 0; i < 30; i++) {
                try (RawClient client = strict.client()) {
                    client.send("GET /agents/1 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer wrong" + i
                            + "\r\n\r\n");
                    last = client.answer().status();
                }
            }
            assertEquals(429, last);
        }
        assertEquals(0, origin.bytes());
    }

    /** What was tried stands in no answer and no record. */
    @Test
    void tellsNoSecret() throws IOException {
        assertFalse(ask("authorization: Bearer guess-of-a-secret\r\n").body().contains("guess-of-a-secret"));
        String records = gateway.get("/v1/audit/events?limit=1000").body();
        for (String secret : new String[] {
            "guess-of-a-secret", Stronghold.TOKEN, tokens.good(RIGHTS).substring(0, 60)
        }) {
            assertFalse(records.contains(secret));
        }
        assertTrue(records.getBytes(StandardCharsets.UTF_8).length > 100, records);
        gateway.assertSound();
    }
}
