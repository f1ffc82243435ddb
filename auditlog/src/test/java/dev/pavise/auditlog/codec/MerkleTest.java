package dev.pavise.auditlog.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTest {
    /** The leaves of the well-known test vectors of Certificate Transparency, RFC 6962 and RFC 9162 alike. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static byte[] leaf(int index) {
        byte[] data = index < LEAVES.size() ? HexFormat.of().parseHex(LEAVES.get(index)) : new byte[] {(byte) index, 3};
        return new MerkleTree().leafHash(data, 0, data.length);
    }

    private static byte[] rootOf(int size) {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < size; i++) {
            tree.add(leaf(i));
        }
        return tree.root();
    }

    @Test
    void givesTheRootsOfTheKnownVectors() {
        for (int size = 0; size <= LEAVES.size(); size++) {
            assertEquals(ROOTS.get(size), HexFormat.of().formatHex(rootOf(size)), "size " + size);
        }
    }

    @Test
    void goesOnFromItsEdge() {
        for (int size = 0; size < 70; size++) {
            MerkleTree tree = new MerkleTree();
            for (int i = 0; i < size; i++) {
                tree.add(leaf(i));
            }
            MerkleTree again = new MerkleTree(size, tree.edge());
            assertArrayEquals(tree.root(), again.root());
            again.add(leaf(size));
            assertArrayEquals(rootOf(size + 1), again.root());
        }
        assertThrows(IllegalArgumentException.class, () -> new MerkleTree(3, List.of(new byte[32])));
    }

    @Test
    void provesEveryLeafOfEveryTreeAndNoOther() throws IOException {
        for (int size = 1; size <= 40; size++) {
            byte[] root = rootOf(size);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = MerkleProof.inclusion(index, size, at -> leaf((int) at));
                assertTrue(MerkleProof.includes(leaf(index), index, size, root, path));
                assertFalse(MerkleProof.includes(leaf(index + 1), index, size, root, path));
                assertFalse(MerkleProof.includes(leaf(index), index, size, rootOf(size + 1), path));
                assertFalse(MerkleProof.includes(leaf(index), size, size, root, path));
                if (!path.isEmpty()) {
                    assertFalse(MerkleProof.includes(leaf(index), index, size, root, path.subList(1, path.size())));
                    path.getFirst()[0] ^= 1;
                    assertFalse(MerkleProof.includes(leaf(index), index, size, root, path));
                }
            }
        }
    }

    @Test
    void provesThatEveryTreeBeginsWithEachSmallerOne() throws IOException {
        for (int newer = 1; newer <= 40; newer++) {
            for (int older = 1; older <= newer; older++) {
                List<byte[]> path = MerkleProof.consistency(older, newer, at -> leaf((int) at));
                assertTrue(MerkleProof.consistent(older, rootOf(older), newer, rootOf(newer), path));
                assertFalse(MerkleProof.consistent(older, rootOf(older + 1), newer, rootOf(newer), path));
                assertFalse(MerkleProof.consistent(older, rootOf(older), newer, rootOf(newer + 1), path));
                List<byte[]> longer = new ArrayList<>(path);
                longer.add(new byte[32]);
                assertFalse(MerkleProof.consistent(older, rootOf(older), newer, rootOf(newer), longer));
            }
        }
        assertFalse(MerkleProof.consistent(0, rootOf(0), 5, rootOf(5), List.of()));
    }

    /** The first known vector's path, from the same source as the roots. */
    @Test
    void givesTheKnownPath() throws IOException {
        List<String> path = MerkleProof.inclusion(0, 8, at -> leaf((int) at)).stream()
                .map(HexFormat.of()::formatHex)
                .toList();
        assertEquals(
                List.of(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
                path);
    }
}
