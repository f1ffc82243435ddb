package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.codec.MerkleProof.Range;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The roots of subtrees: of the leaf hashes that the folder keeps, or, where those are damaged, of the records themselves. Roots
 * over 4096 leaf hashes are remembered, so that a proof from a large log costs as much as one from a small log; what comes of
 * them is checked before it is given away. Used by one thread at a time.
 */
final class Subtrees {
    private static final int LEVEL = 12;
    private static final long CHUNK = 1L << LEVEL;

    /** What a range asks for is no more there. */
    static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final AuditFolder folder;
    private final Map<Long, byte[]> chunks = new HashMap<>();

    Subtrees(AuditFolder folder) {
        this.folder = folder;
    }

    /** Forgets what was remembered of leaf hashes that turned out to be damaged. */
    void forget() {
        chunks.clear();
    }

    /** The roots by the leaf hashes of the folder; {@code removed} is the tree of what retention removed. */
    Optional<List<byte[]>> byLeaves(List<Range> ranges, MerkleTree removed) throws IOException {
        Optional<SideFile> file = SideFile.open(folder.leaves(), MerkleTree.HASH);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (SideFile leaves = file.get()) {
            byte[][] roots = new byte[ranges.size()][];
            for (int i = 0; i < roots.length; i++) {
                roots[i] = root(ranges.get(i), removed, leaves);
            }
            return Optional.of(List.of(roots));
        }
    }

    private byte[] root(Range range, MerkleTree removed, SideFile leaves) throws IOException {
        MerkleTree tree = begin(range, removed);
        while (tree.size() < range.to() - range.from()) {
            long at = range.from() + tree.size();
            if (at % CHUNK == 0 && tree.size() % CHUNK == 0 && at + CHUNK <= range.to()) {
                tree.addSubtree(LEVEL, chunk(at, leaves));
            } else {
                tree.add(leaves.entry(at));
            }
        }
        return tree.root();
    }

    private byte[] chunk(long from, SideFile leaves) throws IOException {
        byte[] known = chunks.get(from);
        if (known == null) {
            MerkleTree tree = new MerkleTree();
            while (tree.size() < CHUNK) {
                tree.add(leaves.entry(from + tree.size()));
            }
            known = tree.root();
            chunks.put(from, known);
        }
        return known;
    }

    /** The roots by the records, in one go through all of them; empty where one is missing. */
    Optional<List<byte[]>> byRecords(List<Range> ranges, MerkleTree removed) throws IOException {
        MerkleTree[] trees = new MerkleTree[ranges.size()];
        for (int i = 0; i < trees.length; i++) {
            trees[i] = begin(ranges.get(i), removed);
        }
        MerkleTree hashes = new MerkleTree();
        try (LogCursor cursor = new LogCursor(folder)) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.RECORD) {
                    byte[] leaf = hashes.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
                    for (int i = 0; i < trees.length; i++) {
                        add(trees[i], ranges.get(i), cursor.seq(), leaf);
                    }
                }
            }
        }
        byte[][] roots = new byte[trees.length][];
        for (int i = 0; i < trees.length; i++) {
            if (trees[i].size() != ranges.get(i).to() - ranges.get(i).from()) {
                return Optional.empty();
            }
            roots[i] = trees[i].root();
        }
        return Optional.of(List.of(roots));
    }

    private static void add(MerkleTree tree, Range range, long seq, byte[] leaf) {
        if (seq < range.to() && seq == range.from() + tree.size()) {
            tree.add(leaf);
        }
    }

    /** What of a range lies in the removed records is in the edge of their tree, or cannot be had. */
    private static MerkleTree begin(Range range, MerkleTree removed) throws GoneException {
        MerkleTree tree = new MerkleTree();
        long at = 0;
        List<byte[]> edge = removed.edge();
        int next = 0;
        for (int level = 62; level >= 0; level--) {
            long width = 1L << level;
            if ((removed.size() & width) == 0) {
                continue;
            }
            if (at >= range.from() && at + width <= range.to()) {
                tree.addSubtree(level, edge.get(next));
            }
            next++;
            at += width;
        }
        long wanted = Math.max(0, Math.min(range.to(), removed.size()) - range.from());
        if (tree.size() != wanted) {
            throw new GoneException();
        }
        return tree;
    }
}
