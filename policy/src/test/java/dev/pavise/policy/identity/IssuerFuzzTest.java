package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What an issuer publishes, with anything done to it: read or refused, never thrown at. */
final class IssuerFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String[] PIECES = {
        "\"d\":\"AAAA\",",
        "\"k\":\"AAAA\",",
        "null",
        "[]",
        "{}",
        "1e999",
        "-1",
        "true",
        "\"\"",
        "\"kid\":[],",
        "\"use\":\"enc\",",
        "\"key_ops\":[\"sign\"],",
        "\"alg\":\"none\",",
        "\"alg\":\"HS256\",",
        "\"x5c\":[\"x\"],",
        "\"x5u\":\"https://evil.example\",",
        "\u0000",
        "\"",
        "\\",
        "}",
        "]",
        ",",
        "{\"keys\":",
        "\"crv\":\"P-384\",",
        "\"kty\":\"oct\",",
        "\"kty\":\"RSA\",",
        "\"e\":\"AA\","
    };

    private final SplittableRandom random = new SplittableRandom(2026);

    private byte[] spoilt(String good) {
        StringBuilder text = new StringBuilder(good);
        for (int changes = 1 + random.nextInt(3); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.setCharAt(at, (char) random.nextInt(256));
                case 2 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 3 -> text.setLength(at);
                default -> text.insert(1, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return text.toString().getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsOrRefusesAnyKeySet() {
        String curve = new ECKey.Builder(
                        Curve.P_256, (ECPublicKey) Forge.keys(Algorithm.ES256).getPublic())
                .keyID("one")
                .build()
                .toJSONString();
        String rsa = new RSAKey.Builder(
                        (RSAPublicKey) Forge.keys(Algorithm.RS256).getPublic())
                .keyID("two")
                .build()
                .toJSONString();
        String good = "{\"keys\":[" + curve + "," + rsa + "]}";
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = spoilt(good);
            switch (PublishedKeys.read(text, SignatureProvider.jdk())) {
                case PublishedKeys.Reading.Read(PublishedKeys keys) -> {
                    read++;
                    assertTrue(keys.size() <= 2);
                }
                case PublishedKeys.Reading.Unfit(String why) -> assertBounded(why);
            }
        }
        assertTrue(read > 0 && read < ROUNDS, "read " + read);
    }

    @Test
    void readsOrRefusesAnyMetadata() {
        URI issuer = URI.create("https://id.example/realm");
        String good =
                "{\"issuer\":\"https://id.example/realm\",\"jwks_uri\":\"https://id.example/realm/jwks\",\"x\":[1,{}]}";
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            switch (IssuerMetadata.read(spoilt(good), issuer.toString(), issuer, Set.of("keys.example:443"))) {
                case IssuerMetadata.Reading.Read(URI jwks) -> {
                    read++;
                    assertEquals("https", jwks.getScheme());
                    assertTrue(
                            Set.of("id.example", "keys.example")
                                    .contains(jwks.getHost().toLowerCase(Locale.ROOT)),
                            jwks::toString);
                    assertTrue(jwks.getPort() == -1 || jwks.getPort() == 443, jwks::toString);
                }
                case IssuerMetadata.Reading.Unfit(String why) -> assertBounded(why);
            }
        }
        assertTrue(read > 0 && read < ROUNDS, "read " + read);
    }

    private static void assertBounded(String why) {
        assertTrue(why.length() < 600 && why.chars().noneMatch(c -> c < ' '), why);
    }
}
