package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class SignedNoteTest {
    /** The example of Go's {@code golang.org/x/mod/sumdb/note}, which the C2SP form was taken from. */
    @Test
    void opensTheExampleOfTheFormatsOrigin() throws GeneralSecurityException {
        byte[] verifier = Base64.getDecoder().decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        byte[] spki = HexFormat.of()
                .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(verifier, 1, verifier.length));
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
        String note = """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.

                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
                """;
        assertTrue(SignedNote.open(note, "PeterNeumann", key).isPresent());
        assertFalse(SignedNote.open(note.replace("think", "thought"), "PeterNeumann", key)
                .isPresent());
        assertFalse(SignedNote.open(note, "EnochRoot", key).isPresent());
    }

    @Test
    void readsBackWhatItSigned() throws GeneralSecurityException {
        SigningKey key = SigningKey.generate();
        SigningKey again = SigningKey.parse(key.privatePem());
        assertEquals(key.publicKey(), again.publicKey());
        assertEquals(key.publicKey(), SigningKey.parsePublic(again.publicPem()));
        Checkpoint checkpoint = new Checkpoint("pavise/audit", 17, new byte[32]);
        String note = again.sign(checkpoint);
        assertEquals(
                checkpoint,
                SigningKey.open(note, "pavise/audit", key.publicKey()).orElseThrow());
        assertTrue(SigningKey.open(note, "other", key.publicKey()).isEmpty());
        assertTrue(SigningKey.open(note, "pavise/audit", SigningKey.generate().publicKey())
                .isEmpty());
    }

    @Test
    void acceptsSignaturesOfOthersBesideOurs() throws GeneralSecurityException {
        SigningKey key = SigningKey.generate();
        String note = key.sign(new Checkpoint("log", 1, new byte[32])) + "\u2014 witness AAAAAAAA\n";
        assertTrue(SigningKey.open(note, "log", key.publicKey()).isPresent());
    }

    @Test
    void refusesWhatIsNoPem() {
        assertThrows(GeneralSecurityException.class, () -> SigningKey.parse(""));
        assertThrows(
                GeneralSecurityException.class,
                () -> SigningKey.parse(SigningKey.generate().publicPem()));
        assertThrows(
                GeneralSecurityException.class,
                () -> SigningKey.parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"));
    }

    @Test
    void refusesEveryChangedByte() throws GeneralSecurityException {
        SigningKey key = SigningKey.generate();
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < 5; i++) {
            tree.add(new byte[32]);
        }
        String text = SealedTree.sign(tree, "log", key).text();
        assertEquals(
                5,
                SealedTree.parse(text, "log", key.publicKey())
                        .orElseThrow()
                        .tree()
                        .size());
        for (int i = 0; i < text.length(); i++) {
            String changed = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
            // The last character before padding has bits that mean nothing; a change there changes no hash.
            SealedTree.parse(changed, "log", key.publicKey())
                    .ifPresent(read -> assertTrue(read.checkpoint().hasRoot(tree.root())));
        }
    }

    @Test
    void endsInAnAnswerWhateverItIsGiven() throws GeneralSecurityException {
        SigningKey key = SigningKey.generate();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        String pieces = "log\n5\u2014 AQ=\n\nedge ";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            assertTrue(SealedTree.parse(text.toString(), "log", key.publicKey()).isEmpty());
        }
    }
}
