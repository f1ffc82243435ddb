package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What a check goes out from: the tree of what is believed already. That is the empty one; where retention removed records, the
 * signed tree of those; or that of the checkpoint since which is checked. A tree that grows from it gives the later roots, or
 * it is not of this log: so the edge of a checkpoint proves as much as a consistency proof would.
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
        MerkleTree first = notes.cut(folder).map(Cut::tree).orElseGet(MerkleTree::new);
        notes.hold(first);
        if (since.isEmpty()) {
            return new Base(first, false);
        }
        String text = Notes.text(since.get());
        Optional<Checkpoint> begin = notes.take("the checkpoint to begin from", SealedTree.noteOf(text));
        if (begin.isPresent() && begin.get().size() < first.size()) {
            notes.unproven(begin.get(), first.size());
        }
        Optional<MerkleTree> tree =
                begin.filter(found -> found.size() > first.size()).flatMap(found -> SealedTree.treeOf(text, found));
        if (tree.isEmpty() && begin.isPresent()) {
            tree = fromLeaves(folder, first, begin.get());
        }
        return tree.filter(found -> found.size() > 0).isPresent() && reaches(folder, tree.get())
                ? new Base(tree.get(), true)
                : new Base(first, false);
    }

    /** A log that does not even reach to the checkpoint is read as a whole, so that what is missing is named. */
    private static boolean reaches(AuditFolder folder, MerkleTree tree) throws IOException {
        return Finder.line(folder, tree.size() - 1).isPresent();
    }

    /** The tree by the leaf hashes of the folder; empty where they do not give the signed root. */
    private static Optional<MerkleTree> fromLeaves(AuditFolder folder, MerkleTree first, Checkpoint begin)
            throws IOException {
        Optional<SideFile> file = SideFile.open(folder.leaves(), MerkleTree.HASH);
        if (file.isEmpty() || begin.size() <= first.size()) {
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

    /** Whether records that are not looked at should not be there: those that retention was to remove. */
    boolean removed() {
        return !since;
    }

    /** The checkpoints that can be held against the tree as it grows. */
    NavigableMap<Long, Checkpoint> checkable(Notes notes) {
        return notes.trusted().tailMap(size(), false);
    }
}
