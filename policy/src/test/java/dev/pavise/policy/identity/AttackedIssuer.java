package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.math.BigInteger;
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
import org.junit.jupiter.params.provider.Arguments;

/** An issuer whose tokens are taken, and what an attacker makes of them. */
final class AttackedIssuer {
    static final String CLAIMS =
            "{\"iss\":\"https://id.example\",\"aud\":\"pavise\",\"sub\":\"alice\",\"exp\":1000300}";

    static final String ES = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
    final KeyPair elliptic = Forge.keys(Algorithm.ES256);
    final KeyPair rsa = Forge.keys(Algorithm.RS256);
    final KeyPair attacker = Forge.keys(Algorithm.ES256);
    final JwtVerifier fast;
    final JwtVerifier jdk;

    AttackedIssuer(Path folder) throws IOException {
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

    void assertStartIsGood() {
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, fast.verify(signed(ES, CLAIMS)));
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, jdk.verify(signed(ES, CLAIMS)));
        assertInstanceOf(
                JwtVerifier.Verdict.Verified.class,
                fast.verify(
                        Forge.token("{\"alg\":\"PS256\",\"kid\":\"rsa\"}", CLAIMS, Algorithm.PS256, rsa.getPrivate())));
        assertInstanceOf(JwtVerifier.Verdict.Verified.class, fast.verify(signed("{\"alg\":\"ES256\"}", CLAIMS)));
    }

    /** By the fast provider and by the JDK's. */
    void assertRefused(UnprovenReason reason, String token) {
        for (JwtVerifier verifier : List.of(fast, jdk)) {
            assertEquals(
                    reason,
                    assertInstanceOf(JwtVerifier.Verdict.Refused.class, verifier.verify(token))
                            .reason());
        }
    }

    String signed(String header, String claims) {
        return Forge.token(header, claims, Algorithm.ES256, elliptic.getPrivate());
    }

    String rs256(String header) {
        return Forge.token(header, CLAIMS, Algorithm.RS256, rsa.getPrivate());
    }

    String byAttacker(String parameter) {
        return Forge.token(
                "{\"alg\":\"ES256\",\"kid\":\"ec\"," + parameter + "}", CLAIMS, Algorithm.ES256, attacker.getPrivate());
    }

    static String unsigned(String header, String signature) {
        return Forge.encoded(header) + "." + Forge.encoded(CLAIMS) + "." + signature;
    }

    static String local(String claims) {
        return "{\"iss\":\"local\",\"sub\":\"a\"," + claims + "}";
    }

    static String cutBySixteenBytes(String token) {
        int dot = token.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        return token.substring(0, dot + 1) + Forge.encoded(Arrays.copyOf(signature, 16));
    }

    /** The same signature bytes in another spelling. */
    static String loosened(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(token.charAt(token.length() - 1));
        return token.substring(0, token.length() - 1) + alphabet.charAt(last | 1);
    }

    Arguments claims(String attack, UnprovenReason reason, String original, String changed) {
        return attack(attack, reason, signed(ES, CLAIMS.replace(original, changed)));
    }

    static Arguments attack(String name, UnprovenReason reason, String token) {
        return Arguments.of(name, reason, token);
    }

    static byte[] der(byte[] halves) {
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

    static byte[] fixed(BigInteger number) {
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
