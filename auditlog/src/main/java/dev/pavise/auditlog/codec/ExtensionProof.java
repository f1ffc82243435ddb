package dev.pavise.auditlog.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The consistency proof of RFC 9162, section 2.1.4.1, for whoever still has the left edge of the older tree: what the proof needs of the
 * older leaves are hashes of that edge, so only the newer leaves are read.
 */
public final class ExtensionProof {
    private final MerkleTree older;
    private final MerkleProof.Leaves leaves;
    private final Map<Long, byte[]> edge = new HashMap<>();
    private final List<byte[]> path = new ArrayList<>();

    private ExtensionProof(MerkleTree older, MerkleProof.Leaves leaves) {
        this.older = older;
        this.leaves = leaves;
        long start = 0;
        for (byte[] hash : older.edge()) {
            edge.put(start, hash);
            start += Long.highestOneBit(older.size() - start);
        }
    }

    /**
     * The hashes that show that the first {@code newer} leaves begin with the older tree; none where that is empty or as large.
     * They show it only if the leaves are the right ones, which {@link MerkleProof#consistent} tells.
     */
    public static List<byte[]> of(MerkleTree older, long newer, MerkleProof.Leaves leaves) throws IOException {
        if (older.size() > newer) {
            throw new IllegalArgumentException("a tree of size " + newer + " has no beginning of size " + older.size());
        }
        ExtensionProof proof = new ExtensionProof(older, leaves);
        if (older.size() > 0) {
            proof.walk(newer);
        }
        return List.copyOf(proof.path);
    }

    private void walk(long newer) throws IOException {
        long from = 0;
        long to = newer;
        long within = older.size();
        while (within != to - from) {
            long split = Long.highestOneBit(to - from - 1);
            if (within <= split) {
                path.addFirst(hashed(from + split, to));
                to = from + split;
            } else {
                path.addFirst(onEdge(from));
                from += split;
                within -= split;
            }
        }
        if (from > 0) {
            path.addFirst(onEdge(from));
        } else if (to != older.size()) {
            throw new IllegalStateException("the walk ended beside the older tree");
        }
    }

    /** What lies left of where the older tree ends is a subtree of its edge. */
    private byte[] onEdge(long start) {
        byte[] hash = edge.get(start);
        if (hash == null) {
            throw new IllegalStateException("the older tree has no subtree that begins at " + start);
        }
        return hash;
    }

    private byte[] hashed(long from, long to) throws IOException {
        MerkleTree tree = new MerkleTree();
        for (long index = from; index < to; index++) {
            tree.add(leaves.hash(index));
        }
        return tree.root();
    }
}
