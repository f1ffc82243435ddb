package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExtensionProofTest {
    private static final int MOST = 70;

    private final List<byte[]> leaves = new ArrayList<>();
    private final List<MerkleTree> trees = new ArrayList<>();

    ExtensionProofTest() {
        MerkleTree tree = new MerkleTree();
        trees.add(tree.copy());
        for (int i = 0; i < MOST; i++) {
            byte[] leaf = tree.leafHash(new byte[] {(byte) i}, 0, 1);
            leaves.add(leaf);
            tree.add(leaf);
            trees.add(tree.copy());
        }
    }

    @Test
    void isTheProofThatReadsAllLeaves() throws IOException {
        for (int older = 1; older <= MOST; older++) {
            int from = older;
            for (int newer = older; newer <= MOST; newer++) {
                List<byte[]> path = ExtensionProof.of(trees.get(older), newer, index -> {
                    assertTrue(index >= from, "reads leaf " + index + " of a tree of " + from + " that is known");
                    return leaves.get((int) index);
                });
                List<byte[]> whole = MerkleProof.consistency(older, newer, index -> leaves.get((int) index));
                assertEquals(whole.size(), path.size(), older + " to " + newer);
                for (int i = 0; i < path.size(); i++) {
                    assertArrayEquals(whole.get(i), path.get(i), older + " to " + newer);
                }
                assertTrue(MerkleProof.consistent(
                        older, trees.get(older).root(), newer, trees.get(newer).root(), path));
            }
        }
    }

    @Test
    void showsNothingWithAnotherTree() throws IOException {
        MerkleTree other = new MerkleTree();
        for (int i = 0; i < 9; i++) {
            other.add(leaves.get(i == 4 ? 5 : i));
        }
        List<byte[]> path = ExtensionProof.of(other, 33, index -> leaves.get((int) index));
        assertFalse(MerkleProof.consistent(9, other.root(), 33, trees.get(33).root(), path));
    }

    @Test
    void isNothingForAnEmptyTreeAndRefusedForALargerOne() throws IOException {
        assertEquals(List.of(), ExtensionProof.of(new MerkleTree(), 33, index -> leaves.get((int) index)));
        assertThrows(
                IllegalArgumentException.class,
                () -> ExtensionProof.of(trees.get(34), 33, index -> leaves.get((int) index)));
    }
}
