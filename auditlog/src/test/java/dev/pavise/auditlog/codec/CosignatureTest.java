package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CosignatureTest {
    private static final String NAME = "witness.example/w1";
    private static final Instant AT = Instant.ofEpochSecond(1_679_315_147);

    private KeyPair pair = pair();
    private String note = "";
    private String text = "";
    private WitnessKey key = key(pair);

    @BeforeEach
    void makeNote() throws GeneralSecurityException {
        Checkpoint checkpoint = new Checkpoint("pavise/audit", 42, new byte[32]);
        text = checkpoint.text();
        note = SigningKey.generate().sign(checkpoint);
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WitnessKey key(KeyPair pair) {
        try {
            return WitnessKey.of(NAME, pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The line as the specification says it is made, without the code under test. */
    private String line(String name, int algorithm, String header, long seconds, String of) throws Exception {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update((byte) algorithm);
        byte[] id = Arrays.copyOf(digest.digest(raw), 4);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update((header + "\ntime " + seconds + "\n" + of).getBytes(StandardCharsets.UTF_8));
        byte[] bytes = ByteBuffer.allocate(76)
                .put(id)
                .putLong(seconds)
                .put(signature.sign())
                .array();
        return "\u2014 " + name + " " + Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void believesWhatIsMadeAsSpecified() throws Exception {
        String line = line(NAME, 4, "cosignature/v1", AT.getEpochSecond(), text);
        assertEquals(AT, Cosignature.check(text, line, key).orElseThrow().at());
        assertEquals(
                AT, Cosignature.check(note + line + "\n", key).orElseThrow().at());
        assertEquals(line, Cosignature.sign(text, AT, key, pair.getPrivate()).line());
    }

    @Test
    void takesTheNewestOfSeveral() throws Exception {
        String older = line(NAME, 4, "cosignature/v1", 1000, text);
        String newer = line(NAME, 4, "cosignature/v1", 2000, text);
        String forged = line(NAME, 4, "cosignature/v1", 3000, "other\n");
        String all = note + newer + "\n" + older + "\n" + forged + "\n";
        assertEquals(2000, Cosignature.check(all, key).orElseThrow().at().getEpochSecond());
    }

    @Test
    void believesNothingElse() throws Exception {
        String good = line(NAME, 4, "cosignature/v1", 1000, text);
        String[] bad = {
            line("witness.example/w2", 4, "cosignature/v1", 1000, text),
            line(NAME, 1, "cosignature/v1", 1000, text),
            line(NAME, 4, "cosignature/v2", 1000, text),
            line(NAME, 4, "cosignature/v1", 1000, text.replace("42", "43")),
            line(NAME, 4, "cosignature/v1", -1, text),
            line(NAME, 4, "cosignature/v1", Long.MAX_VALUE, text),
            good.substring(0, good.length() - 8),
            good + "AAAA",
            good + " ",
            good.substring(2),
            "\u2014 " + NAME + " ====",
            "\u2014 " + NAME,
            ""
        };
        for (String line : bad) {
            assertTrue(Cosignature.check(text, line, key).isEmpty(), line);
            assertTrue(Cosignature.check(note + line + "\n", key).isEmpty(), line);
        }
        assertTrue(Cosignature.check(text, good, key(pair())).isEmpty());
        assertTrue(Cosignature.check(note + good, key).isEmpty(), "a note ends with a line end");
        assertTrue(Cosignature.check("", key).isEmpty());
        assertTrue(Cosignature.check("\n\n", key).isEmpty());
    }

    @Test
    void noBitOfItCanBeChanged() throws Exception {
        String good = line(NAME, 4, "cosignature/v1", 1000, text);
        String head = "\u2014 " + NAME + " ";
        byte[] bytes = Base64.getDecoder().decode(good.substring(head.length()));
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            String line = head + Base64.getEncoder().encodeToString(changed);
            assertTrue(Cosignature.check(text, line, key).isEmpty(), "round " + round);
        }
    }

    @Test
    void readsAKeyAsItIsWritten() throws Exception {
        assertEquals(key, WitnessKey.parse(key.text()));
        assertEquals(key, WitnessKey.parse(" " + key.text() + "\n"));
        assertEquals(key.text(), WitnessKey.parse(key.text()).text());
        assertEquals(NAME, key.name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                              | not a verifier key
            witness                                                         | not a verifier key
            witness+00000000                                                | not a verifier key
            w x+00000000+BAAA                                               | not a verifier key
            w+0000000g+BAAA                                                 | not a verifier key
            w+00000000+B                                                    | not a verifier key
            w+00000000+AQAA                                                 | a key of algorithm 1
            w+00000000+BgAA                                                 | a key of algorithm 6
            w+00000000+BAAA                                                 | has 32 bytes, not 2
            w+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA         | is not that of the name
            """)
    void saysWhatIsWrongWithAKey(String text, String why) {
        GeneralSecurityException refused = assertThrows(GeneralSecurityException.class, () -> WitnessKey.parse(text));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void keepsACosignedTreeWhoeverSignedIt() throws Exception {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < 5; i++) {
            tree.add(tree.leafHash(new byte[] {(byte) i}, 0, 1));
        }
        SealedTree sealed = SealedTree.sign(tree, "pavise/audit", SigningKey.generate());
        Cosignature first = Cosignature.sign(sealed.checkpoint().text(), AT, key, pair.getPrivate());
        Cosignature second = Cosignature.sign(sealed.checkpoint().text(), AT.plusSeconds(9), key, pair.getPrivate());
        SealedTree cosigned = sealed.cosigned(first, key).cosigned(second, key);
        assertEquals(
                2,
                cosigned.note()
                        .lines()
                        .filter(line -> line.startsWith("\u2014"))
                        .count());
        SealedTree read =
                SealedTree.parseCosigned(cosigned.text(), "pavise/audit", key).orElseThrow();
        assertEquals(sealed.checkpoint(), read.checkpoint());
        assertTrue(SealedTree.parseCosigned(sealed.text(), "pavise/audit", key).isEmpty());
        assertTrue(SealedTree.parseCosigned(cosigned.text(), "other", key).isEmpty());
        String[] lines = cosigned.text().split("edge ");
        String otherEdge =
                cosigned.text().replace(lines[1].strip(), Base64.getEncoder().encodeToString(new byte[32]));
        assertTrue(SealedTree.parseCosigned(otherEdge, "pavise/audit", key).isEmpty());
    }
}
