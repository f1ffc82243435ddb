package dev.pavise.auditlog.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The left edge of an RFC 9162 Merkle tree that grows by one leaf at a time: one hash for each bit that is set in its size.
 * Enough to know the root at any moment and to go on growing. Used by one thread at a time.
 */
public final class MerkleTree {
    /** Bytes of every hash. */
    public static final int HASH = 32;

    private final MessageDigest digest = sha256();
    private final byte[][] peaks = new byte[64][];
    /** Of each level the subtree that became whole last; its peak, unless it has become part of a larger one. */
    private final byte[][] whole = new byte[64][];

    private final byte[] pair = new byte[1 + 2 * HASH];
    private long size;

    /** An empty tree. */
    public MerkleTree() {}

    /** Goes on with a tree of this size and left edge, largest subtree first. */
    public MerkleTree(long size, List<byte[]> edge) {
        if (size < 0 || Long.bitCount(size) != edge.size()) {
            throw new IllegalArgumentException("a tree of size " + size + " has no edge of " + edge.size() + " hashes");
        }
        this.size = size;
        int next = 0;
        for (int bit = 62; bit >= 0; bit--) {
            if (((size >>> bit) & 1) == 1) {
                byte[] hash = edge.get(next++);
                if (hash.length != HASH) {
                    throw new IllegalArgumentException("a hash of the edge has " + hash.length + " bytes");
                }
                peaks[bit] = hash.clone();
            }
        }
    }

    public long size() {
        return size;
    }

    /** The hash of a leaf: SHA-256 of a zero byte and the line. */
    public byte[] leafHash(byte[] line, int offset, int length) {
        digest.update((byte) 0);
        digest.update(line, offset, length);
        return digest.digest();
    }

    /** Adds a leaf by its hash. */
    public void add(byte[] leafHash) {
        grow(0, leafHash);
    }

    /** Adds a whole subtree of {@code 1 << level} leaves by its root, where the tree has come to a place for it. */
    public void addSubtree(int level, byte[] root) {
        if (level < 0 || level > 62 || (size & ((1L << level) - 1)) != 0) {
            throw new IllegalArgumentException("no subtree of level " + level + " begins at " + size);
        }
        grow(level, root);
    }

    private void grow(int level, byte[] root) {
        byte[] hash = root;
        int at = level;
        whole[at] = hash;
        for (long rest = size >>> level; (rest & 1) == 1; rest >>>= 1) {
            hash = node(peaks[at++], hash);
            whole[at] = hash;
        }
        peaks[at] = hash;
        size += 1L << level;
    }

    /** The root of the subtree of {@code 1 << level} leaves that the last addition made whole. */
    public byte[] wholeSubtree(int level) {
        byte[] hash = level < 0 || level > 62 ? null : whole[level];
        if (hash == null || (size & ((1L << level) - 1)) != 0) {
            throw new IllegalStateException("no subtree of level " + level + " has become whole at " + size);
        }
        return hash.clone();
    }

    public byte[] root() {
        if (size == 0) {
            return digest.digest();
        }
        int level = Long.numberOfTrailingZeros(size);
        byte[] hash = peaks[level];
        for (int bit = level + 1; bit < 63; bit++) {
            if (((size >>> bit) & 1) == 1) {
                hash = node(peaks[bit], hash);
            }
        }
        return hash.clone();
    }

    /** The left edge, largest subtree first. */
    public List<byte[]> edge() {
        List<byte[]> edge = new ArrayList<>();
        for (int bit = 62; bit >= 0; bit--) {
            if (((size >>> bit) & 1) == 1) {
                edge.add(peaks[bit].clone());
            }
        }
        return edge;
    }

    public MerkleTree copy() {
        return new MerkleTree(size, edge());
    }

    private byte[] node(byte[] left, byte[] right) {
        pair[0] = 1;
        System.arraycopy(left, 0, pair, 1, HASH);
        System.arraycopy(right, 0, pair, 1 + HASH, HASH);
        digest.update(pair, 0, pair.length);
        return digest.digest();
    }

    static byte[] node(MessageDigest digest, byte[] left, byte[] right) {
        digest.update((byte) 1);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }

    static boolean same(byte[] left, byte[] right) {
        return Arrays.equals(left, right);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
