package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a check goes out from: the tree of what is believed already. That is the empty one, or that of the checkpoint since
 * which is checked.
 */
final class Base {
    private final MerkleTree tree;
    private final boolean since;

    private Base(MerkleTree tree, boolean since) {
        this.tree = tree;
        this.since = since;
    }

    /** Takes part in the notes: what was asked to begin from is one of the checkpoints that the log has to live up to. */
    static Base choose(AuditFolder folder, Notes notes, Optional<Path> since) throws IOException {
        MerkleTree first = new MerkleTree();
        if (since.isPresent()) {
            String text = Notes.text(since.get());
            Optional<Checkpoint> begin = notes.take("the checkpoint to begin from", SealedTree.noteOf(text));
            if (begin.isPresent() && begin.get().size() > first.size() && isThere(folder, begin.get())) {
                Optional<MerkleTree> tree = SealedTree.treeOf(text, begin.get());
                Optional<MerkleTree> believed = tree.isPresent() ? tree : fromLeaves(folder, first, begin.get());
                if (believed.isPresent()) {
                    return new Base(believed.get(), true);
                }
            }
        }
        return new Base(first, false);
    }

    /** A log that does not even reach to the checkpoint is read as a whole, so that what is missing is named. */
    private static boolean isThere(AuditFolder folder, Checkpoint begin) throws IOException {
        return Finder.line(folder, begin.size() - 1).isPresent();
    }

    /** The tree by the leaf hashes of the folder; empty where they do not give the signed root. */
    private static Optional<MerkleTree> fromLeaves(AuditFolder folder, MerkleTree first, Checkpoint begin)
            throws IOException {
        Optional<SideFile> file = SideFile.open(folder.leaves(), MerkleTree.HASH);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (SideFile leaves = file.get()) {
            if (leaves.count() < begin.size()) {
                return Optional.empty();
            }
            MerkleTree tree = first.copy();
            while (tree.size() < begin.size()) {
                tree.add(leaves.entry(tree.size()));
            }
            return begin.hasRoot(tree.root()) ? Optional.of(tree) : Optional.empty();
        }
    }

    /** The tree, ready to grow. */
    MerkleTree tree() {
        return tree.copy();
    }

    /** How many records are not looked at. */
    long size() {
        return tree.size();
    }

    /** A cursor whose first records may be such as are not looked at. */
    LogCursor cursor(AuditFolder folder) throws IOException {
        return since ? Finder.before(folder, size()) : new LogCursor(folder);
    }

    /** The checkpoints that can be held against the tree as it grows. */
    Map<Long, Checkpoint> checkable(Notes notes) {
        return notes.trusted().tailMap(size(), false);
    }
}
