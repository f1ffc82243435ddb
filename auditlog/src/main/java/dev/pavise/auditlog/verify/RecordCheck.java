package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import dev.pavise.auditlog.segment.Step;
import dev.pavise.auditlog.verify.Finding.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Goes through the records once and holds each against its number and its leaf hash; or, where the leaf hashes are damaged too,
 * against the roots of the checkpoints, which name a stretch instead of a record.
 */
final class RecordCheck {
    /** A record that claims to be further away than this is an added one, not the end of a gap. */
    private static final long MOST_MISSING = 1 << 20;

    private final AuditFolder folder;
    private final Base base;
    private final Map<Long, Checkpoint> checkpoints;
    private final LeafHashes leaves;
    private final Findings findings;
    private final ReadBytes progress;
    private final MerkleTree tree;
    private final RecordLine line = new RecordLine();
    private final OpenIntents intents = new OpenIntents(true);
    private final long signed;
    private long expected;
    private long read;
    private long leftover;
    private long unsigned;
    private long rootsHeld;
    private long goodSize;
    private boolean rootsOver;

    RecordCheck(AuditFolder folder, Notes notes, Base base, LeafHashes leaves, Findings findings, ReadBytes progress) {
        this.folder = folder;
        this.base = base;
        this.checkpoints = base.checkable(notes);
        this.leaves = leaves;
        this.findings = findings;
        this.progress = progress;
        this.signed = notes.signed();
        this.tree = base.tree();
        this.expected = base.size();
        this.goodSize = base.size();
    }

    Verification.Read run() throws IOException {
        try (LogCursor cursor = base.cursor(folder)) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.DAMAGED) {
                    damaged("segment " + cursor.segment() + ": " + cursor.damage());
                } else if (expected > base.size() || cursor.seq() >= base.size()) {
                    record(cursor);
                } else if (base.removed()) {
                    leftover++;
                }
            }
        }
        if (expected < signed) {
            findings.add(new Finding(
                    Kind.CUT, expected, "", "the log ends here, and records up to " + (signed - 1) + " were signed"));
        }
        return new Verification.Read(read, leftover, unsigned, rootsHeld, intents.count());
    }

    private void damaged(String what) {
        findings.add(new Finding(Kind.DAMAGED, expected, "", what));
    }

    private void record(LogCursor cursor) throws IOException {
        long seq = cursor.seq();
        boolean wellFormed = line.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
        read++;
        progress.record(cursor.lineLength());
        if (seq < expected) {
            add(Kind.MISPLACED, expected, "in its place stands a record numbered " + seq);
            return;
        }
        if (seq > expected && seq - expected > MOST_MISSING && seq >= signed) {
            add(Kind.ADDED, expected, "in its place stands a record numbered " + seq);
            return;
        }
        if (seq > expected) {
            missing(seq);
        }
        byte[] leaf = tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
        expected = seq + 1;
        if (!wellFormed && (seq >= signed || !leaves.trusted())) {
            add(Kind.DAMAGED, seq, "is not a record as a gateway writes it");
        }
        if (seq >= signed) {
            unsigned++;
        } else {
            compare(seq, leaf);
        }
        intents.see(line);
    }

    private void compare(long seq, byte[] leaf) throws IOException {
        if (leaves.trusted()) {
            if (!Arrays.equals(leaf, leaves.of(seq))) {
                add(Kind.CHANGED, seq, "was changed after it was signed");
            }
            if (checkpoints.containsKey(seq + 1)) {
                rootsHeld++;
            }
            return;
        }
        if (rootsOver) {
            return;
        }
        tree.add(leaf);
        Checkpoint checkpoint = checkpoints.get(seq + 1);
        if (checkpoint == null) {
            return;
        }
        if (checkpoint.hasRoot(tree.root())) {
            rootsHeld++;
            goodSize = seq + 1;
        } else {
            rootsOver = true;
            add(
                    Kind.CHANGED_AMONG,
                    goodSize,
                    "one of the records from here to " + seq
                            + " was changed after it was signed; which one cannot be told,"
                            + " as the leaf hashes were damaged too");
        }
    }

    private void missing(long seq) {
        String who = seq - expected == 1 ? "is missing" : "and those up to " + (seq - 1) + " are missing";
        findings.add(new Finding(Kind.MISSING, expected, "", who + "; record " + seq + " stands there"));
        rootsOver = true;
    }

    private void add(Kind kind, long seq, String text) {
        findings.add(new Finding(kind, seq, id(), text));
    }

    /** The id, where what stands there looks like one; a tampered line must not get its bytes onto a terminal. */
    private String id() {
        String id = line.text(Field.ID);
        return id.matches("[0-9a-f-]{36}") ? id : "";
    }
}
