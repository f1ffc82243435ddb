package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What RFC 8725 and the history of JWT libraries warn of, each with the reason that the audit trail gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtAttackTest {
    private static final String CLAIMS =
            "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"alice\",\"exp\":1000300}";
    private static final String ES = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";

    private final KeyPair elliptic = Forge.keys(Algorithm.ES256);
    private final KeyPair rsa = Forge.keys(Algorithm.RS256);
    private final KeyPair attacker = Forge.keys(Algorithm.ES256);
    private final JwtVerifier fast;
    private final JwtVerifier jdk;

    JwtAttackTest(@TempDir Path folder) throws IOException {
        // A set with an EC and an RSA key; RS256 is not allowed, PS256 is.
        Path set = folder.resolve("jwks.json");
        Files.writeString(
                set,
                "{\"keys\":[" + jwk((ECPublicKey) elliptic.getPublic(), "ec") + ","
                        + jwk((RSAPublicKey) rsa.getPublic(), "rsa") + "]}");
        Issuer corp = Issuer.of(
                "corp",
                Expected.exactly("https://id.example"),
                Expected.exactly("pavise"),
                EnumSet.of(Algorithm.ES256, Algorithm.PS256),
                new KeySource.JwksFile(set));
        Issuer local = Issuer.of(
                "local",
                Expected.exactly("local"),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_000_000));
        fast = JwtVerifier.load(List.of(corp, local), SignatureProvider.fastest(), clock);
        jdk = JwtVerifier.load(List.of(corp, local), SignatureProvider.jdk(), clock);
    }

    @BeforeAll
    void theTokenThatAttacksStartFromIsGood() {
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, fast.verify(signed(ES, CLAIMS)));
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, jdk.verify(signed(ES, CLAIMS)));
        assertInstanceOf(
                JwtVerifier.Verdict.Verified.class,
                fast.verify(
                        Forge.token("{\"alg\":\"PS256\",\"kid\":\"rsa\"}", CLAIMS, Algorithm.PS256, rsa.getPrivate())));
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, fast.verify(signed("{\"alg\":\"ES256\"}", CLAIMS)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"ofHeader", "ofSignature", "ofForm", "ofClaims"})
    void refuses(String attack, UnprovenReason reason, String token) {
        for (JwtVerifier verifier : List.of(fast, jdk)) {
            assertEquals(
                    reason,
                    assertInstanceOf(JwtVerifier.Verdict.Refused.class, verifier.verify(token))
                            .reason());
        }
    }

    Stream<Arguments> ofHeader() {
        byte[] publicKey = rsa.getPublic().getEncoded();
        String pem = Forge.pem("PUBLIC KEY", publicKey);
        String own = jwk((ECPublicKey) attacker.getPublic(), "ec");
        return Stream.of(
                attack("none", UnprovenReason.ALGORITHM, unsigned("{\"alg\":\"none\"}", "")),
                attack("None", UnprovenReason.ALGORITHM, unsigned("{\"alg\":\"None\"}", "")),
                attack("none with a signature", UnprovenReason.ALGORITHM, signed("{\"alg\":\"none\"}", CLAIMS)),
                attack("empty alg", UnprovenReason.ALGORITHM, signed("{\"alg\":\"\"}", CLAIMS)),
                attack("no alg", UnprovenReason.MALFORMED, signed("{\"kid\":\"ec\"}", CLAIMS)),
                attack("alg null", UnprovenReason.MALFORMED, signed("{\"alg\":null}", CLAIMS)),
                attack("alg number", UnprovenReason.MALFORMED, signed("{\"alg\":256}", CLAIMS)),
                attack("alg in lower case", UnprovenReason.ALGORITHM, signed("{\"alg\":\"es256\"}", CLAIMS)),
                attack("alg not allowed", UnprovenReason.ALGORITHM, rs256("{\"alg\":\"RS256\",\"kid\":\"rsa\"}")),
                attack(
                        "alg of another key",
                        UnprovenReason.ALGORITHM,
                        signed("{\"alg\":\"PS256\",\"kid\":\"ec\"}", CLAIMS)),
                attack(
                        "alg of another curve",
                        UnprovenReason.ALGORITHM,
                        signed("{\"alg\":\"ES384\",\"kid\":\"ec\"}", CLAIMS)),
                attack(
                        "public key as secret, der",
                        UnprovenReason.ALGORITHM,
                        Forge.token("{\"alg\":\"HS256\",\"kid\":\"rsa\"}", CLAIMS, publicKey)),
                attack(
                        "public key as secret, pem",
                        UnprovenReason.ALGORITHM,
                        Forge.token("{\"alg\":\"HS256\"}", CLAIMS, pem.getBytes(StandardCharsets.US_ASCII))),
                attack("kid unknown", UnprovenReason.UNKNOWN_KEY, signed("{\"alg\":\"ES256\",\"kid\":\"x\"}", CLAIMS)),
                attack("kid empty", UnprovenReason.UNKNOWN_KEY, signed("{\"alg\":\"ES256\",\"kid\":\"\"}", CLAIMS)),
                attack(
                        "kid path",
                        UnprovenReason.UNKNOWN_KEY,
                        signed("{\"alg\":\"ES256\",\"kid\":\"../../dev/null\"}", CLAIMS)),
                attack("kid null", UnprovenReason.MALFORMED, signed("{\"alg\":\"ES256\",\"kid\":null}", CLAIMS)),
                attack("kid number", UnprovenReason.MALFORMED, signed("{\"alg\":\"ES256\",\"kid\":1}", CLAIMS)),
                attack("jwk", UnprovenReason.FORBIDDEN_HEADER, byAttacker("\"jwk\":" + own)),
                attack("jku", UnprovenReason.FORBIDDEN_HEADER, byAttacker("\"jku\":\"https://evil.example/jwks\"")),
                attack("x5u", UnprovenReason.FORBIDDEN_HEADER, byAttacker("\"x5u\":\"https://evil.example/c\"")),
                attack("x5c", UnprovenReason.FORBIDDEN_HEADER, byAttacker("\"x5c\":[\"MIIB\"]")),
                attack(
                        "crit",
                        UnprovenReason.FORBIDDEN_HEADER,
                        signed("{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", CLAIMS)),
                attack(
                        "crit empty",
                        UnprovenReason.FORBIDDEN_HEADER,
                        signed("{\"alg\":\"ES256\",\"crit\":[]}", CLAIMS)),
                attack("b64", UnprovenReason.FORBIDDEN_HEADER, signed("{\"alg\":\"ES256\",\"b64\":false}", CLAIMS)),
                attack("zip", UnprovenReason.FORBIDDEN_HEADER, signed("{\"alg\":\"ES256\",\"zip\":\"DEF\"}", CLAIMS)),
                attack(
                        "nested",
                        UnprovenReason.FORBIDDEN_HEADER,
                        signed("{\"alg\":\"ES256\",\"cty\":\"JWT\"}", CLAIMS)),
                attack("enc", UnprovenReason.FORBIDDEN_HEADER, signed("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}", CLAIMS)),
                attack(
                        "logout token",
                        UnprovenReason.WRONG_TYPE,
                        signed("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}", CLAIMS)),
                attack(
                        "dpop proof",
                        UnprovenReason.WRONG_TYPE,
                        signed("{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\"}", CLAIMS)),
                attack("typ number", UnprovenReason.MALFORMED, signed("{\"alg\":\"ES256\",\"typ\":1}", CLAIMS)),
                attack("alg twice", UnprovenReason.MALFORMED, signed("{\"alg\":\"none\",\"alg\":\"ES256\"}", CLAIMS)),
                attack(
                        "alg twice, once escaped",
                        UnprovenReason.MALFORMED,
                        signed("{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}", CLAIMS)));
    }

    Stream<Arguments> ofSignature() {
        String good = signed(ES, CLAIMS);
        String front = good.substring(0, good.lastIndexOf('.') + 1);
        byte[] right = Forge.signature(front.substring(0, front.length() - 1), Algorithm.ES256, elliptic.getPrivate());
        byte[] order = fixed(((ECPublicKey) elliptic.getPublic()).getParams().getOrder());
        byte[] zeroR = right.clone();
        Arrays.fill(zeroR, 0, 32, (byte) 0);
        byte[] zeroS = right.clone();
        Arrays.fill(zeroS, 32, 64, (byte) 0);
        byte[] plusOrder = new byte[64];
        System.arraycopy(order, 0, plusOrder, 0, 32);
        System.arraycopy(order, 0, plusOrder, 32, 32);
        byte[] padded = new byte[66];
        System.arraycopy(right, 0, padded, 1, 32);
        System.arraycopy(right, 32, padded, 34, 32);
        return Stream.of(
                attack("psychic: r and s zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(new byte[64])),
                attack("r zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(zeroR)),
                attack("s zero", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(zeroS)),
                attack("r and s the order", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(plusOrder)),
                attack("halves padded", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(padded)),
                attack("DER instead", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(der(right))),
                attack(
                        "DER of zeros",
                        UnprovenReason.BAD_SIGNATURE,
                        front + Forge.encoded(new byte[] {48, 6, 2, 1, 0, 2, 1, 0})),
                attack("none left", UnprovenReason.BAD_SIGNATURE, front),
                attack("cut", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(Arrays.copyOf(right, 63))),
                attack("longer", UnprovenReason.BAD_SIGNATURE, front + Forge.encoded(Arrays.copyOf(right, 65))),
                attack(
                        "another's key",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.token(ES, CLAIMS, Algorithm.ES256, attacker.getPrivate())),
                attack(
                        "claims exchanged",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.encoded(ES) + "." + Forge.encoded(CLAIMS.replace("alice", "admin"))
                                + good.substring(good.lastIndexOf('.'))),
                attack(
                        "RSA of zeros",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.encoded("{\"alg\":\"PS256\",\"kid\":\"rsa\"}") + "." + Forge.encoded(CLAIMS) + "."
                                + Forge.encoded(new byte[256])),
                attack("PKCS#1 as PSS", UnprovenReason.BAD_SIGNATURE, rs256("{\"alg\":\"PS256\",\"kid\":\"rsa\"}")),
                attack(
                        "empty secret",
                        UnprovenReason.BAD_SIGNATURE,
                        Forge.token("{\"alg\":\"HS256\"}", local("\"exp\":1000300"), new byte[1])),
                attack(
                        "HMAC cut",
                        UnprovenReason.BAD_SIGNATURE,
                        cutBySixteenBytes(
                                Forge.token("{\"alg\":\"HS256\"}", local("\"exp\":1000300"), Forge.secret()))));
    }

    Stream<Arguments> ofForm() {
        String good = signed(ES, CLAIMS);
        String[] parts = good.split("\\.", -1);
        return Stream.of(
                        "",
                        ".",
                        "..",
                        "...",
                        parts[0] + "." + parts[1],
                        good + ".",
                        "." + good,
                        good + "." + parts[2] + "." + parts[2],
                        good + "=",
                        good + "==",
                        parts[0] + "=." + parts[1] + "." + parts[2],
                        parts[0] + "." + parts[1] + "." + parts[2] + "AAA",
                        parts[0] + "." + parts[1] + "."
                                + parts[2].replace('A', '+').concat("+"),
                        " " + good,
                        good + " ",
                        good + "\n",
                        good.replace('.', ':'),
                        "{\"payload\":\"" + parts[1] + "\",\"protected\":\"" + parts[0] + "\",\"signature\":\""
                                + parts[2] + "\"}",
                        loosened(good),
                        Forge.encoded(ES) + "." + Forge.encoded("[" + CLAIMS + "]") + "." + parts[2],
                        Forge.encoded("\"" + "x" + "\"") + "." + parts[1] + "." + parts[2],
                        signed(ES, CLAIMS + " x"),
                        signed(ES, CLAIMS + CLAIMS),
                        signed("\ufeff" + ES, CLAIMS),
                        signed(ES, CLAIMS.replace("}", ",\"exp\":9999999999}")),
                        signed(ES, CLAIMS.replace("}", ",\"a\":{\"b\":1,\"b\":2}}")),
                        signed(ES, CLAIMS.replace("1000300", "01000300")),
                        signed(ES, CLAIMS.replace("1000300", "+1000300")),
                        signed(ES, CLAIMS.replace("1000300", "NaN")),
                        signed(ES, CLAIMS.replace("1000300", "0x5000000")),
                        signed(ES, CLAIMS.replace("\"", "'")),
                        signed(ES, CLAIMS.replace("alice", "\\ud800")),
                        signed(ES, CLAIMS.replace("alice", "a\u0000")),
                        signed(ES, CLAIMS.replace("}", ",\"a\":" + "[".repeat(50) + "]".repeat(50) + "}")),
                        signed(ES, CLAIMS.replace("}", ",\"a\":\"" + "x".repeat(16_384) + "\"}")))
                .map(token -> attack("form " + token.length(), UnprovenReason.MALFORMED, token));
    }

    Stream<Arguments> ofClaims() {
        return Stream.of(
                claims("no exp", UnprovenReason.BAD_CLAIM, ",\"exp\":1000300", ""),
                claims("exp text", UnprovenReason.BAD_CLAIM, "1000300", "\"1000300\""),
                claims("exp null", UnprovenReason.BAD_CLAIM, "1000300", "null"),
                claims("exp true", UnprovenReason.BAD_CLAIM, "1000300", "true"),
                claims("exp list", UnprovenReason.BAD_CLAIM, "1000300", "[1000300]"),
                claims("exp negative", UnprovenReason.BAD_CLAIM, "1000300", "-1"),
                claims("exp huge", UnprovenReason.BAD_CLAIM, "1000300", "9999999999999999999999999"),
                claims("exp infinite", UnprovenReason.BAD_CLAIM, "1000300", "1e999"),
                claims("exp in milliseconds", UnprovenReason.BAD_CLAIM, "1000300", "1700000000000000"),
                claims("expired", UnprovenReason.EXPIRED, "1000300", "999940"),
                claims("exp zero", UnprovenReason.EXPIRED, "1000300", "0"),
                claims("not yet", UnprovenReason.NOT_YET_VALID, "}", ",\"nbf\":1000061}"),
                claims("nbf text", UnprovenReason.BAD_CLAIM, "}", ",\"nbf\":\"0\"}"),
                claims("nbf null", UnprovenReason.BAD_CLAIM, "}", ",\"nbf\":null}"),
                claims("issued in the future", UnprovenReason.NOT_YET_VALID, "}", ",\"iat\":1000061}"),
                claims("iat text", UnprovenReason.BAD_CLAIM, "}", ",\"iat\":\"now\"}"),
                claims("no aud", UnprovenReason.WRONG_AUDIENCE, "\"aud\":\"pavise\",", ""),
                claims("other aud", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"other\""),
                claims("aud of other case", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"Pavise\""),
                claims("aud longer", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"pavise.evil.example\""),
                claims("aud empty list", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "[]"),
                claims("aud null", UnprovenReason.BAD_CLAIM, "\"pavise\"", "null"),
                claims("aud number", UnprovenReason.BAD_CLAIM, "\"pavise\"", "1"),
                claims("aud mixed list", UnprovenReason.BAD_CLAIM, "\"pavise\"", "[\"pavise\",1]"),
                claims("aud object", UnprovenReason.BAD_CLAIM, "\"pavise\"", "{\"pavise\":true}"),
                claims("other iss", UnprovenReason.UNKNOWN_ISSUER, "https://id.example", "https://evil.example"),
                claims("iss with a slash", UnprovenReason.UNKNOWN_ISSUER, "https://id.example", "https://id.example/"),
                claims("no iss", UnprovenReason.UNKNOWN_ISSUER, "\"iss\":\"https://id.example\",", ""),
                claims("iss null", UnprovenReason.BAD_CLAIM, "\"https://id.example\"", "null"),
                claims("iss list", UnprovenReason.BAD_CLAIM, "\"https://id.example\"", "[\"https://id.example\"]"),
                claims("iss of another issuer", UnprovenReason.ALGORITHM, "https://id.example", "local"),
                claims("no sub", UnprovenReason.BAD_CLAIM, "\"sub\":\"alice\",", ""),
                claims("sub empty", UnprovenReason.BAD_CLAIM, "alice", ""),
                claims("sub blank", UnprovenReason.BAD_CLAIM, "alice", " "),
                claims("sub number", UnprovenReason.BAD_CLAIM, "\"alice\"", "7"),
                claims("sub with a line end", UnprovenReason.BAD_CLAIM, "alice", "alice\\r\\nx-role: admin"),
                claims("sub turned around", UnprovenReason.BAD_CLAIM, "alice", "\\u202ealice"),
                claims("sub overlong", UnprovenReason.BAD_CLAIM, "alice", "a".repeat(256)),
                claims("roles text", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":\"admin\"}"),
                claims("roles of numbers", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":[1]}"),
                claims("roles null", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":null}"),
                claims("permissions object", UnprovenReason.BAD_CLAIM, "}", ",\"permissions\":{}}"),
                claims("scope number", UnprovenReason.BAD_CLAIM, "}", ",\"scope\":1}"),
                claims("groups text", UnprovenReason.BAD_CLAIM, "}", ",\"groups\":\"staff\"}"));
    }

    @Test
    void acceptsNoTokenThatWasChangedAnywhere() {
        SplittableRandom random = new SplittableRandom(11);
        String good = signed(ES, CLAIMS);
        String letters = "ABCDabcd0123-_.=+/ \n\u00e9\"{}";
        for (int round = 0; round < 4000; round++) {
            StringBuilder changed = new StringBuilder(good);
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                int at = random.nextInt(changed.length());
                char letter = letters.charAt(random.nextInt(letters.length()));
                switch (random.nextInt(3)) {
                    case 0 -> changed.setCharAt(at, letter);
                    case 1 -> changed.insert(at, letter);
                    default -> changed.deleteCharAt(at);
                }
            }
            if (!changed.toString().equals(good)) {
                assertInstanceOf(
                        JwtVerifier.Verdict.Refused.class, fast.verify(changed.toString()), changed.toString());
            }
        }
    }

    @Test
    void readsOrRefusesAnyBytes() {
        SplittableRandom random = new SplittableRandom(12);
        int past = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder claims = new StringBuilder(CLAIMS);
            for (int edits = random.nextInt(4); edits > 0; edits--) {
                claims.setCharAt(random.nextInt(claims.length()), (char) random.nextInt(256));
            }
            String token =
                    Forge.encoded(ES) + "." + Forge.encoded(claims.toString()) + "." + Forge.encoded(new byte[64]);
            var refused = assertInstanceOf(JwtVerifier.Verdict.Refused.class, fast.verify(token));
            past += refused.reason() == UnprovenReason.BAD_SIGNATURE ? 1 : 0;
        }
        assertTrue(past > 1000, "past the parser: " + past);
    }

    private String signed(String header, String claims) {
        return Forge.token(header, claims, Algorithm.ES256, elliptic.getPrivate());
    }

    private String rs256(String header) {
        return Forge.token(header, CLAIMS, Algorithm.RS256, rsa.getPrivate());
    }

    private String byAttacker(String parameter) {
        return Forge.token(
                "{\"alg\":\"ES256\",\"kid\":\"ec\"," + parameter + "}", CLAIMS, Algorithm.ES256, attacker.getPrivate());
    }

    private static String unsigned(String header, String signature) {
        return Forge.encoded(header) + "." + Forge.encoded(CLAIMS) + "." + signature;
    }

    private static String local(String claims) {
        return "{\"iss\":\"local\",\"sub\":\"a\"," + claims + "}";
    }

    private static String cutBySixteenBytes(String token) {
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        return token.substring(0, dot + 1) + Forge.encoded(Arrays.copyOf(signature, 16));
    }

    /** The same signature bytes in another spelling. */
    private static String loosened(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last | 1);
    }

    private Arguments claims(String attack, UnprovenReason reason, String original, String changed) {
        return attack(attack, reason, signed(ES, CLAIMS.replace(original, changed)));
    }

    private static Arguments attack(String name, UnprovenReason reason, String token) {
        return Arguments.of(name, reason, token);
    }

    private static byte[] der(byte[] halves) {
        byte[] r = new BigInteger(1, Arrays.copyOf(halves, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(halves, 32, 64)).toByteArray();
        byte[] der = new byte[6 + r.length + s.length];
        der[0] = 48;
        der[1] = (byte) (4 + r.length + s.length);
        der[2] = 2;
        der[3] = (byte) r.length;
        System.arraycopy(r, 0, der, 4, r.length);
        der[4 + r.length] = 2;
        der[5 + r.length] = (byte) s.length;
        System.arraycopy(s, 0, der, 6 + r.length, s.length);
        return der;
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    static String jwk(ECPublicKey key, String id) {
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" + id + "\",\"x\":\""
                + Forge.encoded(fixed(key.getW().getAffineX())) + "\",\"y\":\""
                + Forge.encoded(fixed(key.getW().getAffineY())) + "\"}";
    }

    static String jwk(RSAPublicKey key, String id) {
        byte[] modulus = key.getModulus().toByteArray();
        return "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"n\":\""
                + Forge.encoded(modulus[0] == 0 ? Arrays.copyOfRange(modulus, 1, modulus.length) : modulus)
                + "\",\"e\":\"" + Forge.encoded(key.getPublicExponent().toByteArray()) + "\"}";
    }
}
