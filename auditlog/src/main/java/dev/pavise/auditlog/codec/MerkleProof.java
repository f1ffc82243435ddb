package dev.pavise.auditlog.codec;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** RFC 9162, section 2.1.3 and 2.1.4: proofs that a leaf is in a tree, and that a tree is the beginning of another. */
public final class MerkleProof {
    /** Gives the hash of a leaf. */
    @FunctionalInterface
    public interface Leaves {
        byte[] hash(long index) throws IOException;
    }

    private MerkleProof() {}

    /** A subtree: the leaves from one on, and up to another one that is not among them. */
    public record Range(long from, long to) {}

    /** The subtrees whose roots are the path from leaf {@code index} to the root of the first {@code size} leaves. */
    public static List<Range> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("leaf " + index + " is not in a tree of size " + size);
        }
        List<Range> path = new ArrayList<>();
        long from = 0;
        long to = size;
        while (to - from > 1) {
            long split = from + Long.highestOneBit(to - from - 1);
            if (index < split) {
                path.addFirst(new Range(split, to));
                to = split;
            } else {
                path.addFirst(new Range(from, split));
                from = split;
            }
        }
        return path;
    }

    /** The path from leaf {@code index} to the root of the first {@code size} leaves. */
    public static List<byte[]> inclusion(long index, long size, Leaves leaves) throws IOException {
        return roots(inclusion(index, size), leaves);
    }

    /** Whether the path leads from this leaf to this root. */
    public static boolean includes(byte[] leafHash, long index, long size, byte[] root, List<byte[]> path) {
        if (index < 0 || index >= size) {
            return false;
        }
        MessageDigest digest = MerkleTree.sha256();
        long node = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = MerkleTree.node(digest, sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = MerkleTree.node(digest, hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && MerkleTree.same(hash, root);
    }

    /** The subtrees whose roots show that the first {@code older} leaves of {@code newer} are the older tree. */
    public static List<Range> consistency(long older, long newer) {
        if (older < 1 || older > newer) {
            throw new IllegalArgumentException("a tree of size " + newer + " has no beginning of size " + older);
        }
        List<Range> path = new ArrayList<>();
        long from = 0;
        long to = newer;
        long within = older;
        boolean whole = true;
        while (within != to - from) {
            long split = Long.highestOneBit(to - from - 1);
            if (within <= split) {
                path.addFirst(new Range(from + split, to));
                to = from + split;
            } else {
                path.addFirst(new Range(from, from + split));
                from += split;
                within -= split;
                whole = false;
            }
        }
        if (!whole) {
            path.addFirst(new Range(from, to));
        }
        return path;
    }

    /** The hashes that show that the first {@code older} leaves of {@code newer} are the older tree. */
    public static List<byte[]> consistency(long older, long newer, Leaves leaves) throws IOException {
        return roots(consistency(older, newer), leaves);
    }

    /** Whether the path shows that the newer tree begins with the older one. */
    public static boolean consistent(long older, byte[] olderRoot, long newer, byte[] newerRoot, List<byte[]> path) {
        if (older < 1 || older > newer) {
            return false;
        }
        if (older == newer) {
            return path.isEmpty() && MerkleTree.same(olderRoot, newerRoot);
        }
        List<byte[]> hashes = new ArrayList<>(path);
        if (Long.bitCount(older) == 1) {
            hashes.addFirst(olderRoot);
        }
        if (hashes.isEmpty()) {
            return false;
        }
        MessageDigest digest = MerkleTree.sha256();
        int shift = Long.numberOfTrailingZeros(~(older - 1));
        long node = (older - 1) >>> shift;
        long last = (newer - 1) >>> shift;
        byte[] first = hashes.getFirst();
        byte[] second = first;
        for (byte[] hash : hashes.subList(1, hashes.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                first = MerkleTree.node(digest, hash, first);
                second = MerkleTree.node(digest, hash, second);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                second = MerkleTree.node(digest, second, hash);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && MerkleTree.same(first, olderRoot) && MerkleTree.same(second, newerRoot);
    }

    private static List<byte[]> roots(List<Range> ranges, Leaves leaves) throws IOException {
        List<byte[]> roots = new ArrayList<>();
        for (Range range : ranges) {
            MerkleTree tree = new MerkleTree();
            for (long index = range.from; index < range.to; index++) {
                tree.add(leaves.hash(index));
            }
            roots.add(tree.root());
        }
        return roots;
    }
}
