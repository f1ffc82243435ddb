package dev.pavise.policy.module;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import dev.pavise.policy.signing.KeyRefusal;
import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.Signer;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleSignatureTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey OTHER = SigningKey.generate();
    private static final TrustedKeys KEYS =
            new TrustedKeys(List.of(TrustedKey.always("release", KEY.verifyKey())), Revocations.NONE);

    private static final byte[] HEADER = hex("0061736d01000000");

    /** A function that gives 42, its export, and a custom section. */
    private static final byte[] BODY = join(
            hex("01 05 01 60 00 01 7f"),
            hex("03 02 01 00"),
            hex("07 07 01 03 66 34 32 00 00"),
            hex("0a 06 01 04 00 41 2a 0b"),
            custom("producers", hex("00")));

    private static final byte[] MODULE = join(HEADER, BODY);

    @Test
    void signsTheWholeModule() {
        byte[] signed = ModuleSignature.sign(MODULE, KEY);
        Signer signer = ModuleSignature.judge(signed, KEYS, NOW);
        assertEquals(
                "release", assertInstanceOf(Signer.Trusted.class, signer).key().name());
        // The module is as it was, behind one more section.
        assertArrayEquals(BODY, Arrays.copyOfRange(signed, signed.length - BODY.length, signed.length));
    }

    /** Byte for byte what the appendix of the conventions shows, with the lengths that its authors' program writes. */
    @Test
    void writesTheFormOfTheConventions() {
        byte[] hash = sha256(BODY);
        byte[] signature = KEY.sign(join(ascii("wasmsig"), hex("010101"), hash)).bytes();
        byte[] keyId = HexFormat.of().parseHex(KEY.verifyKey().id().text());
        byte[] one = join(slice(keyId), hex("01"), slice(signature));
        byte[] set = join(hex("01"), hash, hex("01"), slice(one));
        byte[] section = custom("signature", join(hex("010101 01"), slice(set)));
        assertArrayEquals(join(HEADER, section, BODY), ModuleSignature.sign(MODULE, KEY));
    }

    @Test
    void replacesASignatureAndSignsTheSameBytes() {
        byte[] once = ModuleSignature.sign(MODULE, KEY);
        assertArrayEquals(once, ModuleSignature.sign(once, KEY));
        byte[] theirs = ModuleSignature.sign(once, OTHER);
        assertRefused("none of the 1 trusted keys", theirs);
        assertArrayEquals(once, ModuleSignature.sign(theirs, KEY));
    }

    @Test
    void acceptsSignaturesOverAllPartsAndOneOfSeveral() {
        byte[] delimiter = custom("signature_delimiter", new byte[16]);
        byte[] first = join(BODY, delimiter);
        byte[] all = join(first, custom("name", hex("00")), delimiter);
        byte[] parts = join(sha256(first), sha256(all));
        byte[] set = set(2, parts, entry("", OTHER, parts), entry("any", KEY, parts));
        assertTrusted(join(HEADER, section(set), all));
        assertTrusted(join(HEADER, section(set(1, sha256(all), entry("", KEY, sha256(all)))), all));
        // More of the module than is signed, or fewer of its parts.
        assertRefused("about the whole module", join(HEADER, section(set), all, custom("more", hex(""))));
        assertRefused(
                "about the whole module",
                join(HEADER, section(set(1, sha256(first), entry("", KEY, sha256(first)))), all));
        assertRefused("about the whole module", join(HEADER, section(set(0, hex(""), entry("", KEY, hex("")))), all));
        assertRefused("about the whole module", join(HEADER, section(set), first));
    }

    @Test
    void takesOfSeveralSetsTheOneThatFits() {
        byte[] whole = sha256(BODY);
        byte[] stale = set(1, sha256(hex("00")), entry("", KEY, sha256(hex("00"))));
        byte[] good = set(1, whole, entry("", KEY, whole));
        assertTrusted(join(HEADER, section(stale, good), BODY));
        assertRefused("about the whole module", join(HEADER, section(stale), BODY));
        assertRefused("about the whole module", join(HEADER, section(), BODY));
        assertRefused("about the whole module", join(HEADER, section(set(1, whole)), BODY));
    }

    @Test
    void judgesTheKeyAsElsewhere() {
        byte[] signed = ModuleSignature.sign(MODULE, KEY);
        TrustedKeys revoked = new TrustedKeys(
                KEYS.all(), new Revocations(Set.of(KEY.verifyKey().id()), Set.of()));
        assertEquals(
                KeyRefusal.REVOKED,
                assertInstanceOf(Signer.Distrusted.class, ModuleSignature.judge(signed, revoked, NOW))
                        .why());
        TrustedKeys over =
                new TrustedKeys(List.of(new TrustedKey("former", KEY.verifyKey(), Instant.MIN, NOW)), Revocations.NONE);
        assertEquals(
                KeyRefusal.EXPIRED,
                assertInstanceOf(Signer.Distrusted.class, ModuleSignature.judge(signed, over, NOW))
                        .why());
    }

    @Test
    void trustsNoModuleOfWhichAnyBitIsChanged() {
        byte[] signed = ModuleSignature.sign(MODULE, KEY);
        int keyId = HEADER.length + 3 + 10 + 4 + 2 + 1 + 32 + 1 + 1;
        for (int bit = 0; bit < signed.length * 8; bit++) {
            byte[] changed = signed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            boolean hint = bit / 8 > keyId && bit / 8 <= keyId + 32;
            if (!hint) {
                assertInstanceOf(Signer.Distrusted.class, ModuleSignature.judge(changed, KEYS, NOW), "bit " + bit);
            }
        }
        for (int length = 0; length < signed.length; length++) {
            assertInstanceOf(Signer.Distrusted.class, ModuleSignature.judge(Arrays.copyOf(signed, length), KEYS, NOW));
        }
    }

    @Test
    void refusesWhatFollowsOrStandsBesideWhatIsSigned() {
        byte[] signed = ModuleSignature.sign(MODULE, KEY);
        assertRefused("too early", join(signed, hex("00")));
        assertRefused("not known", join(signed, hex("0e00")));
        assertRefused("beyond its part", join(signed, hex("000504")));
        assertRefused("about the whole module", join(signed, custom("more", hex(""))));
        assertRefused("not the first section", join(signed, custom("signature", hex("01010100"))));
        assertRefused(
                "not the first section",
                join(HEADER, custom("a", hex("")), Arrays.copyOfRange(signed, 8, signed.length)));
        assertRefused("no signature", MODULE);
        assertRefused("no signature", HEADER);
        Refusal.of(() -> ModuleSignature.sign(join(MODULE, hex("00")), KEY));
        Refusal.of(() -> ModuleSignature.sign(join(MODULE, custom("signature", hex("01010100"))), KEY));
    }

    @ParameterizedTest
    @CsvSource({
        "020101 00, version",
        "010201 00, version",
        "010102 00, version",
        "010101, too early",
        "010101 00 00, follows",
        "010101 01 02 0000 00, follows",
        "010101 01 03 0000 00, follows",
        "010101 01 01 00, too early",
        "010101 01 7f 00, beyond its part",
        "010101 11, more than 16",
        "010101 01 01 41, more than 64",
        "010101 01 02 0011, more than 16",
        "010101 01 06 0001 03 00 02 00, not of Ed25519",
        "010101 01 06 0001 03 00 01 00, not of Ed25519",
        "010101 ffffffff0f, too large",
        "010101 8080808080 00, does not end"
    })
    void refusesASignatureSectionThatIsNotOfItsForm(String payload, String why) {
        assertRefused(why, join(HEADER, custom("signature", hex(payload)), BODY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0061736d", "0061736d02000000", "0061736d0d000100", "7f454c4602010100"})
    void refusesWhatIsNoModule(String bytes) {
        assertInstanceOf(Signer.Distrusted.class, ModuleSignature.judge(hex(bytes), KEYS, NOW));
        assertTrue(Refusal.of(() -> ModuleSignature.sign(hex(bytes), KEY)).contains("no WebAssembly module"));
    }

    @Test
    void takesLengthsThatCompilersPadded() {
        byte[] padded = join(
                HEADER, hex("01 8580808000 01600001 7f"), hex("03 8280808000 0100"), hex("0a86808080 00 010400412a0b"));
        assertTrusted(ModuleSignature.sign(padded, KEY));
    }

    @Test
    void boundsTheNumberOfSignatures() {
        byte[] whole = sha256(BODY);
        byte[][] eight = new byte[8][];
        Arrays.fill(eight, entry("", OTHER, whole));
        byte[] set = set(1, whole, eight);
        assertRefused("none of the 1", join(HEADER, section(set, set), BODY));
        assertRefused("more than 16 signatures", join(HEADER, section(set, set, set), BODY));
    }

    @Test
    void readsOrRefusesAnyBytes() {
        Random random = new Random(11);
        byte[] good = ModuleSignature.sign(MODULE, KEY);
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = Arrays.copyOf(good, good.length - random.nextInt(4) + random.nextInt(4));
            for (int times = random.nextInt(4); times >= 0; times--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            if (ModuleSignature.judge(changed, KEYS, NOW) instanceof Signer.Trusted) {
                assertArrayEquals(BODY, Arrays.copyOfRange(changed, changed.length - BODY.length, changed.length));
            }
        }
    }

    private static void assertTrusted(byte[] module) {
        Signer signer = ModuleSignature.judge(module, KEYS, NOW);
        assertInstanceOf(Signer.Trusted.class, signer, String.valueOf(signer));
    }

    private static void assertRefused(String why, byte[] module) {
        Signer signer = ModuleSignature.judge(module, KEYS, NOW);
        String reason = assertInstanceOf(Signer.Distrusted.class, signer).reason();
        assertTrue(reason.contains(why), reason);
    }

    private static byte[] section(byte[]... sets) {
        byte[] payload = join(hex("010101"), new byte[] {(byte) sets.length});
        for (byte[] set : sets) {
            payload = join(payload, slice(set));
        }
        return custom("signature", payload);
    }

    private static byte[] set(int count, byte[] hashes, byte[]... entries) {
        byte[] set = join(new byte[] {(byte) count}, hashes, new byte[] {(byte) entries.length});
        for (byte[] entry : entries) {
            set = join(set, slice(entry));
        }
        return set;
    }

    private static byte[] entry(String keyId, SigningKey key, byte[] hashes) {
        byte[] signature =
                key.sign(join(ascii("wasmsig"), hex("010101"), hashes)).bytes();
        return join(slice(ascii(keyId)), hex("01"), slice(signature));
    }

    private static byte[] custom(String name, byte[] payload) {
        return join(hex("00"), slice(join(slice(ascii(name)), payload)));
    }

    /** Behind its length, of one or two bytes. */
    private static byte[] slice(byte[] bytes) {
        int length = bytes.length;
        byte[] number = length < 128
                ? new byte[] {(byte) length}
                : new byte[] {(byte) (length & 0x7f | 0x80), (byte) (length >> 7)};
        assertTrue(length < 1 << 14);
        return join(number, bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException absent) {
            throw new AssertionError(absent);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return all;
    }
}
