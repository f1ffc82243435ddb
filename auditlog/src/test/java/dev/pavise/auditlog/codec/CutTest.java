package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {
    private static final String LOG = "pavise/audit";
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:30.123456Z");

    private final SigningKey key;

    CutTest() throws GeneralSecurityException {
        key = SigningKey.generate();
    }

    private static MerkleTree tree(int from, int to, MerkleTree tree) {
        for (int i = from; i < to; i++) {
            byte[] line = ("line " + i).getBytes(StandardCharsets.US_ASCII);
            tree.add(tree.leafHash(line, 0, line.length));
        }
        return tree;
    }

    private Optional<Cut> read(String text) {
        return Cut.parse(text, LOG, key.publicKey());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 256, 1000, 1023, 1024})
    void theRestGrowsFromItToTheSameRoot(int first) throws GeneralSecurityException {
        Cut cut = Cut.sign(tree(0, first, new MerkleTree()), 1024, NOW, LOG, key);
        Cut again = read(cut.text()).orElseThrow();
        assertEquals(first, again.first());
        assertEquals(1024, again.size());
        assertEquals(Instant.parse("2026-11-22T10:15:30Z"), again.time());
        assertEquals(cut.text(), again.text());
        assertArrayEquals(
                tree(0, 2000, new MerkleTree()).root(),
                tree(first, 2000, again.tree()).root());
    }

    @Test
    void cutsNotNothingAndNoMoreThanIsSigned() {
        assertThrows(IllegalArgumentException.class, () -> Cut.sign(new MerkleTree(), 5, NOW, LOG, key));
        MerkleTree six = tree(0, 6, new MerkleTree());
        assertThrows(IllegalArgumentException.class, () -> Cut.sign(six, 5, NOW, LOG, key));
    }

    @Test
    void isOfOneLogAndOneKey() throws GeneralSecurityException {
        String text = Cut.sign(tree(0, 6, new MerkleTree()), 6, NOW, LOG, key).text();
        assertTrue(Cut.parse(text, "other", key.publicKey()).isEmpty());
        assertTrue(Cut.parse(text, LOG + "/cut", key.publicKey()).isEmpty());
        assertTrue(Cut.parse(text, LOG, SigningKey.generate().publicKey()).isEmpty());
    }

    @Test
    void isNoCheckpointAndNoCheckpointIsOne() throws GeneralSecurityException {
        MerkleTree six = tree(0, 6, new MerkleTree());
        Cut cut = Cut.sign(six, 6, NOW, LOG, key);
        for (String name : new String[] {LOG, LOG + "/cut"}) {
            assertTrue(SealedTree.parse(cut.text(), name, key.publicKey()).isEmpty());
            assertTrue(SigningKey.open(cut.note(), name, key.publicKey()).isEmpty());
            String sealed = SealedTree.sign(six, name, key).text();
            assertTrue(read(sealed).isEmpty());
            assertTrue(Cut.parse(sealed, name, key.publicKey()).isEmpty());
        }
    }

    @Test
    void isRefusedWithAnyByteChangedOrLost() throws GeneralSecurityException {
        MerkleTree five = tree(0, 5, new MerkleTree());
        String text = Cut.sign(five, 9, NOW, LOG, key).text();
        for (int i = 0; i < text.length() - 1; i++) {
            String changed = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
            // The last character before padding has bits that mean nothing; a change there changes no hash.
            read(changed)
                    .ifPresent(cut -> assertArrayEquals(five.root(), cut.tree().root()));
            assertTrue(read(text.substring(0, i)).isEmpty(), "cut short at " + i);
        }
        assertTrue(read(text + "edge AAAA\n").isEmpty());
        assertTrue(read(text + text).isEmpty());
        assertTrue(read("").isEmpty());
    }
}
