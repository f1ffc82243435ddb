package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an issuer's configuration and key files must be for a start. */
class IssuerKeysTest {
    private static final String CLAIMS = "{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"exp\":2000}";

    @TempDir
    Path folder;

    @Test
    void refusesUnfitSettings() throws IOException {
        KeySource pem = file("{}");
        KeySource secret = new KeySource.SharedSecret(Forge.SECRET);
        Expected some = Expected.exactly("x");
        Refusal.of(() -> Issuer.of("a:b", some, some, Set.of(Algorithm.ES256), pem));
        Refusal.of(() -> Issuer.of("", some, some, Set.of(Algorithm.ES256), pem));
        Refusal.of(() -> Issuer.of("a", some, some, Set.of(), pem));
        Refusal.of(() -> Issuer.of("a", some, some, Set.of(Algorithm.ES256, Algorithm.HS256), pem));
        Refusal.of(() -> Issuer.of("a", some, some, Set.of(Algorithm.ES256), secret));
        Refusal.of(() -> Issuer.of("a", Expected.anything(), some, Set.of(Algorithm.ES256), pem));
        Refusal.of(() -> Issuer.of("a", some, Expected.anything(), Set.of(Algorithm.ES256), pem));
        Refusal.of(() -> Expected.exactly(" "));
        Refusal.of(() -> new ClaimNames("", "roles", "permissions", "scope", "groups"));
        for (Duration skew : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(301))) {
            Refusal.of(() -> new Issuer("a", some, some, Set.of(Algorithm.ES256), pem, skew, ClaimNames.STANDARD));
        }
    }

    @Test
    void refusesShortSecretsAndShowsNone() {
        String message = Refusal.of(() -> new KeySource.SharedSecret("thirty-one bytes are not enough"));
        assertFalse(message.contains("thirty"), message);
        assertEquals("***", new KeySource.SharedSecret(Forge.SECRET).toString());
        Issuer issuer = Issuer.of(
                "a",
                Expected.anything(),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        assertFalse(issuer.toString().contains("shared secret of"), issuer.toString());
    }

    @Test
    void loadsTheNativeProviderOnlyForPublicKeys() throws IOException {
        Issuer secret = Issuer.of(
                "a",
                Expected.anything(),
                Expected.anything(),
                Set.of(Algorithm.HS256),
                new KeySource.SharedSecret(Forge.SECRET));
        Issuer published = corp(Set.of(Algorithm.ES256), file("{}"));
        assertEquals("JDK", SignatureProvider.forIssuers(List.of(secret)).description());
        assertEquals(
                SignatureProvider.fastest().description(),
                SignatureProvider.forIssuers(List.of(secret, published)).description());
    }

    @Test
    void refusesIssuersThatCannotBeToldApart() throws IOException {
        KeySource secret = new KeySource.SharedSecret(Forge.SECRET);
        Issuer one = Issuer.of("one", Expected.exactly("x"), Expected.anything(), Set.of(Algorithm.HS256), secret);
        Issuer same = Issuer.of("two", Expected.exactly("x"), Expected.anything(), Set.of(Algorithm.HS256), secret);
        Issuer any = Issuer.of("three", Expected.anything(), Expected.anything(), Set.of(Algorithm.HS256), secret);
        Issuer any2 = Issuer.of("four", Expected.anything(), Expected.anything(), Set.of(Algorithm.HS256), secret);
        load(one, any);
        Refusal.of(() -> load(one, one));
        Refusal.of(() -> load(one, same));
        Refusal.of(() -> load(any, any2));
    }

    @Test
    void refusesPemFilesThatAreNotOneFitPublicKey() throws IOException, NoSuchAlgorithmException {
        KeyPair keys = Forge.keys(Algorithm.ES256);
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        KeyPairGenerator other = KeyPairGenerator.getInstance("Ed448");
        String right = Forge.pem("PUBLIC KEY", keys.getPublic().getEncoded());
        load(pem(Algorithm.ES256, right));
        load(pem(Algorithm.ES256, "a comment\n" + right));
        for (String text : List.of(
                "",
                "no pem",
                right + right,
                Forge.pem("PRIVATE KEY", keys.getPrivate().getEncoded()),
                Forge.pem("PRIVATE KEY", keys.getPrivate().getEncoded()) + right,
                Forge.pem("CERTIFICATE", new byte[] {1}),
                Forge.pem("PUBLIC KEY", new byte[] {1, 2, 3}),
                Forge.pem("PUBLIC KEY", new byte[0]),
                Forge.pem("PUBLIC KEY", weak.generateKeyPair().getPublic().getEncoded()),
                Forge.pem("PUBLIC KEY", other.generateKeyPair().getPublic().getEncoded()),
                "x".repeat(1024 * 1024 + 1))) {
            String message = Refusal.of(() -> load(pem(Algorithm.ES256, text)));
            assertTrue(message.contains("issuer `corp`"), message);
        }
        assertTrue(Refusal.of(() -> load(pem(Algorithm.ES384, right))).contains("`ES384`"));
        assertTrue(Refusal.of(() -> load(pem(Algorithm.EDDSA, right))).contains("`EdDSA`"));
        Issuer missing = corp(Set.of(Algorithm.ES256), new KeySource.PublicKeyFile(folder.resolve("missing.pem")));
        assertTrue(Refusal.of(() -> load(missing)).contains("missing.pem"));
    }

    @Test
    void refusesKeySetsThatCannotBeUsed() throws IOException {
        String key =
                AttackedIssuer.jwk((ECPublicKey) Forge.keys(Algorithm.ES256).getPublic(), "k");
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":{}}",
                "{\"keys\":[" + key + "],\"keys\":[]}",
                "{\"keys\":[" + key.replace("}", ",\"use\":\"enc\"}") + "]}",
                "{\"keys\":[" + key.replace("}", ",\"key_ops\":[\"sign\"]}") + "]}",
                "{\"keys\":[" + key.replace("}", ",\"alg\":\"ECDH-ES\"}") + "]}",
                "{\"keys\":[" + key.replace("}", ",\"alg\":\"ES384\"}") + "]}",
                "{\"keys\":[" + key.replace("}", ",\"d\":\"AAAA\"}") + "]}",
                "{\"keys\":[" + key + ",{\"kty\":\"oct\",\"k\":\"" + Forge.encoded(Forge.SECRET) + "\"}]}",
                "{\"keys\":[" + key.replace("P-256", "P-384") + "]}",
                "{\"keys\":[" + key.replaceAll("\"x\":\"....", "\"x\":\"AAAA") + "]}",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + Forge.encoded(new byte[32]) + "\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" + Forge.encoded(new byte[128]) + "\",\"e\":\"AQAB\"}]}")) {
            String message = Refusal.of(() -> load(jwks(text)));
            assertTrue(message.contains("issuer `corp`"), message);
        }
    }

    @Test
    void choosesAmongPublishedKeysByNameAndKind() throws IOException {
        KeyPair first = Forge.keys(Algorithm.ES256);
        KeyPair second = Forge.keys(Algorithm.ES256);
        KeyPair edwards = Forge.keys(Algorithm.EDDSA);
        KeyPair rsa = Forge.keys(Algorithm.RS256);
        byte[] encoded = edwards.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        JwtVerifier verifier = load(jwks("{\"keys\":[" + AttackedIssuer.jwk((ECPublicKey) first.getPublic(), "one")
                + ","
                + AttackedIssuer.jwk((ECPublicKey) second.getPublic(), "two") + ","
                + AttackedIssuer.jwk((RSAPublicKey) rsa.getPublic(), "two").replace("}", ",\"alg\":\"RS256\"}")
                + ",{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + Forge.encoded(x) + "\"}"
                + ",{\"kty\":\"future\",\"kid\":\"f\"}]}"));
        check(true, verifier, ",\"kid\":\"one\"", Algorithm.ES256, first);
        check(true, verifier, ",\"kid\":\"two\"", Algorithm.ES256, second);
        check(true, verifier, ",\"kid\":\"two\"", Algorithm.RS256, rsa);
        check(true, verifier, "", Algorithm.RS256, rsa);
        check(true, verifier, "", Algorithm.EDDSA, edwards);
        check(false, verifier, ",\"kid\":\"two\"", Algorithm.ES256, first);
        check(false, verifier, ",\"kid\":\"two\"", Algorithm.PS256, rsa);
        check(false, verifier, "", Algorithm.ES256, first);
        check(false, verifier, ",\"kid\":\"x\"", Algorithm.EDDSA, edwards);
    }

    private static void check(
            boolean accepted, JwtVerifier verifier, String header, Algorithm algorithm, KeyPair keys) {
        String token = Forge.token(
                "{\"alg\":\"" + algorithm.text() + "\"" + header + "}", CLAIMS, algorithm, keys.getPrivate());
        Class<?> expected = accepted ? JwtVerifier.Verdict.Verified.class : JwtVerifier.Verdict.Refused.class;
        assertInstanceOf(expected, verifier.verify(token), header + " " + algorithm);
    }

    private Issuer pem(Algorithm algorithm, String text) throws IOException {
        return corp(Set.of(algorithm), file(text));
    }

    private Issuer jwks(String text) throws IOException {
        KeySource.PublicKeyFile file = file(text);
        return corp(
                Set.of(Algorithm.ES256, Algorithm.RS256, Algorithm.PS256, Algorithm.EDDSA),
                new KeySource.JwksFile(file.file()));
    }

    private KeySource.PublicKeyFile file(String text) throws IOException {
        Path file = folder.resolve("keys");
        Files.writeString(file, text);
        return new KeySource.PublicKeyFile(file);
    }

    private static Issuer corp(Set<Algorithm> algorithms, KeySource keys) {
        return Issuer.of("corp", Expected.exactly("i"), Expected.exactly("a"), algorithms, keys);
    }

    private static JwtVerifier load(Issuer... issuers) {
        return JwtVerifier.load(
                List.of(issuers), SignatureProvider.fastest(), InstantSource.fixed(Instant.ofEpochSecond(1000)));
    }
}
