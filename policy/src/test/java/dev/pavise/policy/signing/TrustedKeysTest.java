package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedKeysTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-11-01T00:00:00Z");
    private static final byte[] MESSAGE = {1, 2, 3};

    private final SigningKey old = SigningKey.generate();
    private final SigningKey current = SigningKey.generate();
    private final SigningKey revoked = SigningKey.generate();
    private final SigningKey stranger = SigningKey.generate();
    private final TrustedKeys keys = new TrustedKeys(
            List.of(
                    new TrustedKey("release", old.verifyKey(), Instant.MIN, START.plusSeconds(60)),
                    new TrustedKey("release", current.verifyKey(), START, END),
                    TrustedKey.always("lost", revoked.verifyKey())),
            new Revocations(Set.of(revoked.verifyKey().id(), KeyId.parse("a".repeat(64))), Set.of("b".repeat(64))));

    @ParameterizedTest
    @CsvSource({
        // who signs, when, what comes of it: while a key is replaced both of its name are good
        "old, 2026-10-31T23:59:59Z, release",
        "old, 2026-11-01T00:00:59.999Z, release",
        "old, 2026-11-01T00:01:00Z, EXPIRED",
        "current, 2026-10-31T23:59:59.999Z, NOT_YET_VALID",
        "current, 2026-11-01T00:00:00Z, release",
        "current, 2027-10-31T23:59:59.999Z, release",
        "current, 2027-11-01T00:00:00Z, EXPIRED",
        "revoked, 2026-11-01T00:00:30Z, REVOKED",
        "stranger, 2026-11-01T00:00:30Z, BAD_SIGNATURE"
    })
    void judgesByKeyAndTime(String who, Instant now, String expected) {
        SigningKey signer = signer(who);
        SignatureBytes signature = signer.sign(MESSAGE);
        assertEquals(expected, told(keys.judge(MESSAGE, signature, now)));
        String named = told(keys.judge(MESSAGE, signature, signer.verifyKey().id(), now));
        assertEquals(who.equals("stranger") ? "UNKNOWN" : expected, named);
    }

    private SigningKey signer(String who) {
        return switch (who) {
            case "old" -> old;
            case "current" -> current;
            case "revoked" -> revoked;
            default -> stranger;
        };
    }

    private static String told(Signer signer) {
        return switch (signer) {
            case Signer.Trusted(TrustedKey key) -> key.name();
            case Signer.Distrusted(KeyRefusal why, String reason) -> {
                assertFalse(reason.isEmpty());
                yield why.name();
            }
        };
    }

    @Test
    void holdsASignatureToTheKeyThatItNames() {
        SignatureBytes signature = current.sign(MESSAGE);
        assertEquals(
                "BAD_SIGNATURE",
                told(keys.judge(MESSAGE, signature, old.verifyKey().id(), START)));
        assertEquals("BAD_SIGNATURE", told(keys.judge(new byte[] {1, 2}, signature, START)));
    }

    @Test
    void toldThatAKeyIsRevokedEvenWhereItIsGone() {
        assertEquals("REVOKED", told(keys.judge(MESSAGE, current.sign(MESSAGE), KeyId.parse("a".repeat(64)), START)));
        assertTrue(keys.isRevoked("b".repeat(64)));
        assertFalse(keys.isRevoked("c".repeat(64)));
    }

    @Test
    void trustsNobodyWhereThereAreNoKeys() {
        assertInstanceOf(Signer.Distrusted.class, TrustedKeys.none().judge(MESSAGE, current.sign(MESSAGE), START));
    }

    @Test
    void refusesOneKeyUnderTwoNamesAndMoreKeysThanCanBeTried() {
        TrustedKey one = TrustedKey.always("one", current.verifyKey());
        TrustedKey other = TrustedKey.always("other", current.verifyKey());
        assertTrue(Refusal.of(() -> new TrustedKeys(List.of(one, other), Revocations.NONE))
                .contains("twice"));
        assertTrue(Refusal.of(() -> new TrustedKeys(List.of(one, one), Revocations.NONE))
                .contains("twice"));
        List<TrustedKey> many = new ArrayList<>();
        for (int at = 0; at <= 100; at++) {
            many.add(one);
        }
        assertTrue(Refusal.of(() -> new TrustedKeys(many, Revocations.NONE)).contains("at most 100"));
    }

    @Test
    void readsATrustedKeyFromTheTextThatItWrites() {
        for (TrustedKey key : keys.all()) {
            assertEquals(key, TrustedKeyText.read(TrustedKeyText.write(key), "unused"));
        }
        TrustedKey plain = TrustedKeyText.read(current.verifyKey().pem(), "from-file");
        assertEquals(TrustedKey.always("from-file", current.verifyKey()), plain);
        TrustedKey remarked = TrustedKeyText.read(
                "# ours\r\n\r\nnot_after : 2027-01-01T00:00:00Z\r\n"
                        + current.verifyKey().pem(),
                "x");
        assertEquals(Instant.parse("2027-01-01T00:00:00Z"), remarked.notAfter());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: a b | unfit",
                "name: | unfit",
                "nmae: a | not known",
                "name: a;name: b | twice",
                "release | not understood",
                "not_before: yesterday | no time",
                "not_after: 2027-11-01 | no time",
                "not_before: 2027-01-01T00:00:00Z;not_after: 2027-01-01T00:00:00Z | never valid"
            })
    void refusesATrustedKeyThatSaysWhatItCannotMean(String lines, String why) {
        String text = lines.replace(';', '\n') + "\n" + current.verifyKey().pem();
        String refusal = Refusal.of(() -> TrustedKeyText.read(text, "x"));
        assertTrue(refusal.contains(why), refusal);
    }

    @Test
    void readsRevocations() {
        String digest = "0123456789abcdef".repeat(4);
        assertEquals(Revocations.NONE, Revocations.parse("\n  \n# nothing\n"));
        assertEquals(
                new Revocations(Set.of(KeyId.parse(digest)), Set.of(digest)),
                Revocations.parse("key " + digest + " # stolen\r\n\tcontent\t" + digest + "\nkey " + digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"key", "key x", "content DIGEST DIGEST", "keys DIGEST", "DIGEST", "key DIGESTF", "key: DIGEST"})
    void refusesARevocationThatItDoesNotUnderstand(String line) {
        String digest = "0123456789abcdef".repeat(4);
        String text =
                "# first\n" + line.replace("DIGESTF", digest.toUpperCase()).replace("DIGEST", digest);
        assertTrue(Refusal.of(() -> Revocations.parse(text)).contains("line 2"));
    }

    @Test
    void readsOrRefusesAnyTextOfAKey() {
        Random random = new Random(7468);
        String good = TrustedKeyText.write(new TrustedKey("release", current.verifyKey(), START, END));
        int read = 0;
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int times = random.nextInt(2); times >= 0; times--) {
                text.setCharAt(
                        random.nextInt(text.length()), (char) random.nextInt(random.nextInt(10) == 0 ? 65536 : 128));
            }
            try {
                TrustedKeyText.read(text.toString(), "x");
                read++;
            } catch (IllegalArgumentException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
        assertTrue(read > 50, "read " + read);
    }
}
