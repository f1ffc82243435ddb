package dev.pavise.policy.identity;

import static dev.pavise.policy.identity.AttackedIssuer.CLAIMS;
import static dev.pavise.policy.identity.AttackedIssuer.ES;
import static dev.pavise.policy.identity.AttackedIssuer.attack;
import static dev.pavise.policy.identity.AttackedIssuer.loosened;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that are misshapen, say what they must not, or were changed anywhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtFormAttackTest {
    private final AttackedIssuer issuer;

    JwtFormAttackTest(@TempDir Path folder) throws IOException {
        issuer = new AttackedIssuer(folder);
    }

    @BeforeAll
    void theTokenThatAttacksStartFromIsGood() {
        issuer.assertStartIsGood();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"ofForm", "ofClaims"})
    void refuses(String attack, UnprovenReason reason, String token) {
        issuer.assertRefused(reason, token);
    }

    Stream<Arguments> ofForm() {
        String good = issuer.signed(ES, CLAIMS);
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
                        issuer.signed(ES, CLAIMS + " x"),
                        issuer.signed(ES, CLAIMS + CLAIMS),
                        issuer.signed("\ufeff" + ES, CLAIMS),
                        issuer.signed(ES, CLAIMS.replace("}", ",\"exp\":9999999999}")),
                        issuer.signed(ES, CLAIMS.replace("}", ",\"a\":{\"b\":1,\"b\":2}}")),
                        issuer.signed(ES, CLAIMS.replace("1000300", "01000300")),
                        issuer.signed(ES, CLAIMS.replace("1000300", "+1000300")),
                        issuer.signed(ES, CLAIMS.replace("1000300", "NaN")),
                        issuer.signed(ES, CLAIMS.replace("1000300", "0x5000000")),
                        issuer.signed(ES, CLAIMS.replace("\"", "'")),
                        issuer.signed(ES, CLAIMS.replace("alice", "\\ud800")),
                        issuer.signed(ES, CLAIMS.replace("alice", "a\u0000")),
                        issuer.signed(ES, CLAIMS.replace("}", ",\"a\":" + "[".repeat(50) + "]".repeat(50) + "}")),
                        issuer.signed(ES, CLAIMS.replace("}", ",\"a\":\"" + "x".repeat(16_384) + "\"}")))
                .map(token -> attack("form " + token.length(), UnprovenReason.MALFORMED, token));
    }

    Stream<Arguments> ofClaims() {
        return Stream.of(
                issuer.claims("no exp", UnprovenReason.BAD_CLAIM, ",\"exp\":1000300", ""),
                issuer.claims("exp text", UnprovenReason.BAD_CLAIM, "1000300", "\"1000300\""),
                issuer.claims("exp null", UnprovenReason.BAD_CLAIM, "1000300", "null"),
                issuer.claims("exp true", UnprovenReason.BAD_CLAIM, "1000300", "true"),
                issuer.claims("exp list", UnprovenReason.BAD_CLAIM, "1000300", "[1000300]"),
                issuer.claims("exp negative", UnprovenReason.BAD_CLAIM, "1000300", "-1"),
                issuer.claims("exp huge", UnprovenReason.BAD_CLAIM, "1000300", "9999999999999999999999999"),
                issuer.claims("exp infinite", UnprovenReason.BAD_CLAIM, "1000300", "1e999"),
                issuer.claims("exp in milliseconds", UnprovenReason.BAD_CLAIM, "1000300", "1700000000000000"),
                issuer.claims("expired", UnprovenReason.EXPIRED, "1000300", "999940"),
                issuer.claims("exp zero", UnprovenReason.EXPIRED, "1000300", "0"),
                issuer.claims("not yet", UnprovenReason.NOT_YET_VALID, "}", ",\"nbf\":1000061}"),
                issuer.claims("nbf text", UnprovenReason.BAD_CLAIM, "}", ",\"nbf\":\"0\"}"),
                issuer.claims("nbf null", UnprovenReason.BAD_CLAIM, "}", ",\"nbf\":null}"),
                issuer.claims("issued in the future", UnprovenReason.NOT_YET_VALID, "}", ",\"iat\":1000061}"),
                issuer.claims("iat text", UnprovenReason.BAD_CLAIM, "}", ",\"iat\":\"now\"}"),
                issuer.claims("no aud", UnprovenReason.WRONG_AUDIENCE, "\"aud\":\"pavise\",", ""),
                issuer.claims("other aud", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"other\""),
                issuer.claims("aud of other case", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"Pavise\""),
                issuer.claims("aud longer", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "\"pavise.evil.example\""),
                issuer.claims("aud empty list", UnprovenReason.WRONG_AUDIENCE, "\"pavise\"", "[]"),
                issuer.claims("aud null", UnprovenReason.BAD_CLAIM, "\"pavise\"", "null"),
                issuer.claims("aud number", UnprovenReason.BAD_CLAIM, "\"pavise\"", "1"),
                issuer.claims("aud mixed list", UnprovenReason.BAD_CLAIM, "\"pavise\"", "[\"pavise\",1]"),
                issuer.claims("aud object", UnprovenReason.BAD_CLAIM, "\"pavise\"", "{\"pavise\":true}"),
                issuer.claims("other iss", UnprovenReason.UNKNOWN_ISSUER, "https://id.example", "https://evil.example"),
                issuer.claims(
                        "iss with a slash", UnprovenReason.UNKNOWN_ISSUER, "https://id.example", "https://id.example/"),
                issuer.claims("no iss", UnprovenReason.UNKNOWN_ISSUER, "\"iss\":\"https://id.example\",", ""),
                issuer.claims("iss null", UnprovenReason.BAD_CLAIM, "\"https://id.example\"", "null"),
                issuer.claims(
                        "iss list", UnprovenReason.BAD_CLAIM, "\"https://id.example\"", "[\"https://id.example\"]"),
                issuer.claims("iss of another issuer", UnprovenReason.ALGORITHM, "https://id.example", "local"),
                issuer.claims("no sub", UnprovenReason.BAD_CLAIM, "\"sub\":\"alice\",", ""),
                issuer.claims("sub empty", UnprovenReason.BAD_CLAIM, "alice", ""),
                issuer.claims("sub blank", UnprovenReason.BAD_CLAIM, "alice", " "),
                issuer.claims("sub number", UnprovenReason.BAD_CLAIM, "\"alice\"", "7"),
                issuer.claims("sub with a line end", UnprovenReason.BAD_CLAIM, "alice", "alice\\r\\nx-role: admin"),
                issuer.claims("sub turned around", UnprovenReason.BAD_CLAIM, "alice", "\\u202ealice"),
                issuer.claims("sub overlong", UnprovenReason.BAD_CLAIM, "alice", "a".repeat(256)),
                issuer.claims("roles text", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":\"admin\"}"),
                issuer.claims("roles of numbers", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":[1]}"),
                issuer.claims("roles null", UnprovenReason.BAD_CLAIM, "}", ",\"roles\":null}"),
                issuer.claims("permissions object", UnprovenReason.BAD_CLAIM, "}", ",\"permissions\":{}}"),
                issuer.claims("scope number", UnprovenReason.BAD_CLAIM, "}", ",\"scope\":1}"),
                issuer.claims("groups text", UnprovenReason.BAD_CLAIM, "}", ",\"groups\":\"staff\"}"));
    }

    @Test
    void acceptsNoTokenThatWasChangedAnywhere() {
        SplittableRandom random = new SplittableRandom(11);
        String good = issuer.signed(ES, CLAIMS);
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
                        JwtVerifier.Verdict.Refused.class, issuer.fast.verify(changed.toString()), changed.toString());
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
            var refused = assertInstanceOf(JwtVerifier.Verdict.Refused.class, issuer.fast.verify(token));
            past += refused.reason() == UnprovenReason.BAD_SIGNATURE ? 1 : 0;
        }
        assertTrue(past > 1000, "past the parser: " + past);
    }
}
