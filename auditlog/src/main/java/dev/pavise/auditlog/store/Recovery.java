package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.codec.Cut;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out where a log goes on: at the newest checkpoint of the folder and the anchor, whichever is larger, and at the records
 * behind it. The tree always goes on from a signed one, so numbers that were signed are never given again, even where the
 * records under them are gone: those stay missing for ever, and verification says so.
 */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    /** A record that claims to be further away than this is damage, not a gap. */
    private static final long MOST_MISSING = 1 << 20;

    /** Records that were signed, or at least followed, and are not there. */
    record Gap(long from, long to) {}

    private final AuditFolder folder;
    private final SideFiles sides;
    private final List<Gap> gaps = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private final Optional<SealedTree> base;
    private final long firstLeft;
    private final Starts starts;
    private final MerkleTree tree;
    private int lastSegment;
    private long end;

    private Recovery(AuditFolder folder, SideFiles sides, Optional<SealedTree> base, Optional<Cut> cut, Starts starts) {
        this.folder = folder;
        this.sides = sides;
        this.base = base;
        this.starts = starts;
        this.firstLeft = cut.map(Cut::first).orElse(0L);
        long signed = base.map(known -> known.checkpoint().size()).orElse(0L);
        this.tree = cut.filter(_ -> firstLeft > signed)
                .map(Cut::tree)
                .orElseGet(() -> base.map(SealedTree::tree).orElseGet(MerkleTree::new));
        if (firstLeft > signed) {
            damages.add("the checkpoint is older than the cut");
        }
    }

    static Recovery run(AuditSettings settings, AuditFolder folder, SideFiles sides, SigningKey key)
            throws IOException {
        Optional<SealedTree> anchor = anchor(settings, key);
        Optional<SealedTree> inside = read(folder.checkpoint(), settings.origin(), key);
        Optional<SealedTree> own = larger(anchor, inside);
        Optional<SealedTree> cosigned = CosignedFile.read(settings);
        Optional<Cut> cut = Cuts.read(folder, settings.origin(), key.publicKey());
        Starts starts = new Starts(settings, folder, key);
        Recovery recovery = new Recovery(folder, sides, larger(cosigned, own), cut, starts);
        if (CosignedFile.contradicts(cosigned, own)) {
            recovery.damages.add("the checkpoint is another than the one of its size that the witness cosigned");
        }
        if (cut.isEmpty() && Files.exists(folder.cut())) {
            recovery.damages.add("the folder's cut is not one that our key signed");
        }
        if (inside.isEmpty() && Files.exists(folder.checkpoint())) {
            recovery.damages.add("the folder's checkpoint is not one that our key signed");
        }
        if (anchor.isEmpty() && inside.isPresent()) {
            recovery.damages.add("there is no anchor for a log that has checkpoints");
        }
        if (!sides.cover(recovery.tree.size())) {
            recovery.rebuild();
        }
        recovery.readTail();
        return recovery;
    }

    /** An anchor that is there but cannot be believed stops the start: going on would forget what it proves. */
    private static Optional<SealedTree> anchor(AuditSettings settings, SigningKey key) throws IOException {
        Path file = settings.anchor();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<SealedTree> anchor = read(file, settings.origin(), key);
        if (anchor.isEmpty()) {
            throw new AuditOpenException(
                    "anchor `" + file + "` is not a checkpoint of log `" + settings.origin() + "` signed by `"
                            + settings.key() + "`; put back the key that belongs to it, or move the anchor away");
        }
        return anchor;
    }

    private static Optional<SealedTree> read(Path file, String origin, SigningKey key) throws IOException {
        if (!Files.exists(file) || Files.size(file) > 1 << 16) {
            return Optional.empty();
        }
        return SealedTree.parse(Texts.read(file), origin, key.publicKey());
    }

    private static Optional<SealedTree> larger(Optional<SealedTree> anchor, Optional<SealedTree> inside) {
        if (anchor.isEmpty() || inside.isEmpty()) {
            return anchor.or(() -> inside);
        }
        return inside.get().checkpoint().size() > anchor.get().checkpoint().size() ? inside : anchor;
    }

    /** The side files are too short for what was signed; what they lacked is worked out from the records. */
    private void rebuild() throws IOException {
        log.warn("leaf hashes of {} are incomplete and are worked out again", folder.dir());
        MerkleTree hashes = new MerkleTree();
        try (LogCursor cursor = new LogCursor(folder)) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.RECORD && cursor.seq() < tree.size()) {
                    byte[] leaf = hashes.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
                    sides.add(cursor.seq(), leaf, cursor.location());
                }
            }
        }
        sides.flushIfPossible();
    }

    private void readTail() throws IOException {
        long signed = tree.size();
        long last = -1;
        try (LogCursor cursor = Finder.before(folder, Math.max(0, signed - 1))) {
            int segment = cursor.segment();
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.DAMAGED) {
                    damages.add("segment " + cursor.segment() + ": " + cursor.damage());
                    continue;
                }
                last = Math.max(last, cursor.seq());
                if (cursor.seq() >= signed) {
                    take(cursor, cursor.segment() != segment);
                }
                segment = cursor.segment();
            }
            lastSegment = cursor.segment();
            end = cursor.position();
        }
        long behind = Math.max(last + 1, firstLeft);
        if (behind < signed) {
            gaps.add(new Gap(behind, signed));
        }
        sides.flushIfPossible();
    }

    private void take(LogCursor cursor, boolean firstOfSegment) throws IOException {
        long expected = tree.size();
        long seq = cursor.seq();
        if (seq < expected || seq > expected + MOST_MISSING) {
            damages.add("segment " + cursor.segment() + ": record " + seq + " where " + expected + " was expected");
            return;
        }
        if (seq > expected) {
            gaps.add(new Gap(expected, seq));
            while (tree.size() < seq) {
                tree.add(new byte[MerkleTree.HASH]);
            }
        }
        if (firstOfSegment) {
            keepStart(cursor.segment());
        }
        byte[] leaf = tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength());
        sides.add(seq, leaf, cursor.location());
        tree.add(leaf);
    }

    /** Without it retention keeps the segment for longer, which is better than a log that does not open on a full disk. */
    private void keepStart(int segment) {
        try {
            starts.at(segment, tree);
        } catch (IOException e) {
            log.warn("the start of segment {} cannot be kept: {}", segment, e.toString());
        }
    }

    /** The newest checkpoint that the log goes on from. */
    Optional<SealedTree> base() {
        return base;
    }

    /** The tree over everything up to the last record found. */
    MerkleTree tree() {
        return tree;
    }

    List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    List<String> damages() {
        return List.copyOf(damages.subList(0, Math.min(damages.size(), 10)));
    }

    /** Gives back what the last process had reserved and did not come to write. */
    void release(Room room) throws IOException {
        if (lastSegment > 0 && end > 0) {
            List<Path> files = folder.queueFiles(lastSegment);
            if (files.size() == 1) {
                room.release(files.getFirst(), end);
            }
        }
    }
}
