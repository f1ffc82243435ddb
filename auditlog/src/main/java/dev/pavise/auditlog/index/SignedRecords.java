package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.segment.Step;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records that a checkpoint covers into a tree, and into the draft of a chapter. For what is not there, or not as its leaf
 * hash says, the folder's leaf hash goes into the tree: if it is wrong, the tree does not give the signed root.
 */
final class SignedRecords implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(SignedRecords.class);
    private static final byte[] NONE = new byte[MerkleTree.HASH];

    private final AuditFolder folder;
    private final Pace pace;
    private @Nullable LogCursor cursor;
    private @Nullable SideFile leaves;
    private boolean held;

    SignedRecords(AuditFolder folder, Pace pace) {
        this.folder = folder;
        this.pace = pace;
    }

    /** Forgets what was read ahead. */
    void refresh(boolean withLeaves) throws IOException {
        closeLeaves();
        leaves = withLeaves ? SideFile.open(folder.leaves(), MerkleTree.HASH).orElse(null) : null;
        if (cursor != null && !held) {
            cursor.refresh();
        }
    }

    /** Takes all records from the tree's size up to {@code end}, all of which are signed. */
    void read(MerkleTree tree, long end, @Nullable ChapterDraft draft) throws IOException {
        LogCursor at = cursor == null ? begin(tree.size()) : cursor;
        while (tree.size() < end) {
            if (!held && !next(at)) {
                break;
            }
            held = true;
            if (at.seq() >= end) {
                break;
            }
            if (at.seq() >= tree.size()) {
                doubt(tree, at.seq(), draft);
                take(at, tree, draft);
            }
            held = false;
            pace.step();
        }
        doubt(tree, end, draft);
    }

    private LogCursor begin(long seq) throws IOException {
        LogCursor begun = Finder.before(folder, seq);
        cursor = begun;
        held = false;
        return begun;
    }

    /** Goes to the next record; false at the end, which is looked at twice, as what was read ahead may be old. */
    private static boolean next(LogCursor at) throws IOException {
        if (found(at)) {
            return true;
        }
        at.refresh();
        return found(at);
    }

    private static boolean found(LogCursor at) throws IOException {
        Step step = at.next();
        while (step == Step.DAMAGED) {
            step = at.next();
        }
        return step == Step.RECORD;
    }

    private void take(LogCursor at, MerkleTree tree, @Nullable ChapterDraft draft) throws IOException {
        byte[] leaf = tree.leafHash(at.buffer(), at.lineOffset(), at.lineLength());
        byte[] known = leaf(tree.size(), leaf);
        boolean same = Arrays.equals(leaf, known);
        tree.add(known);
        if (draft != null && same) {
            draft.take(at.buffer(), at.lineOffset(), at.lineLength(), at.location());
        } else if (draft != null) {
            draft.doubt();
        }
    }

    private void doubt(MerkleTree tree, long end, @Nullable ChapterDraft draft) throws IOException {
        while (tree.size() < end) {
            byte[] leaf = leaf(tree.size(), NONE);
            tree.add(leaf);
            if (draft != null) {
                draft.doubt();
            }
        }
    }

    private byte[] leaf(long seq, byte[] otherwise) throws IOException {
        SideFile file = leaves;
        if (file == null) {
            return otherwise;
        }
        byte[] leaf = file.entry(seq);
        return Arrays.equals(leaf, NONE) ? otherwise : leaf;
    }

    private void closeLeaves() {
        close(Optional.ofNullable(leaves));
        leaves = null;
    }

    private void close(Optional<? extends Closeable> file) {
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException e) {
            log.debug("a file of {} was not closed: {}", folder.dir(), e.toString());
        }
    }

    @Override
    public void close() {
        closeLeaves();
        close(Optional.ofNullable(cursor));
        cursor = null;
    }
}
