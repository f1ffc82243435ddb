package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.behind.Pace;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.index.ChapterFeed;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log behind the write path, hashes what was stored, and signs the tree: into the folder, then into the anchor.
 * Used by one thread. What fails is tried again at the next call, from where it stood.
 */
final class Sealer implements Closeable {
    /** Of all checkpoints, how far apart those are that are kept. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final SigningKey key;
    private final SideFiles sides;
    private final Starts starts;
    private final ChapterFeed feed;
    private final Pace pace = new Pace();
    private final MerkleTree tree;
    private final boolean sync;
    private @Nullable LogCursor cursor;
    private long location;
    private int segment;
    private Instant kept = Instant.EPOCH;
    private String lastKept = "";
    private volatile long signed;
    private volatile String newest = "";
    private volatile @Nullable SealedTree newestTree;
    private Instant keptCosigned = Instant.EPOCH;

    Sealer(
            AuditSettings settings,
            AuditFolder folder,
            SigningKey key,
            SideFiles sides,
            Recovery from,
            int firstSegment,
            ChapterFeed feed) {
        this.settings = settings;
        this.folder = folder;
        this.key = key;
        this.sides = sides;
        this.starts = new Starts(settings, folder, key);
        this.tree = from.tree();
        this.feed = feed;
        feed.begin(tree);
        this.location = Location.of(firstSegment, 0);
        this.sync = settings.durability() == Durability.DISK;
        from.base().ifPresent(base -> {
            signed = base.checkpoint().size();
            newest = base.note();
            newestTree = base;
        });
    }

    /** How many records the newest checkpoint covers. */
    long signed() {
        return signed;
    }

    /** The newest checkpoint; empty text before the first. */
    String newest() {
        return newest;
    }

    /** Signs the first {@code bound} records, which must have been stored; does nothing where that was done. */
    void seal(long bound, boolean keep) throws IOException {
        if (bound <= signed) {
            if (keep && !newest.isEmpty() && !newest.equals(lastKept)) {
                keepNote(newest);
            }
            return;
        }
        follow(bound);
        sides.flush();
        if (sync) {
            sides.force();
        }
        SealedTree sealed = sign();
        AtomicFile.replace(folder.checkpoint(), sealed.text(), sync);
        keep(sealed.note(), keep);
        AtomicFile.replace(settings.anchor(), sealed.text(), sync);
        signed = sealed.checkpoint().size();
        newest = sealed.note();
        newestTree = sealed;
    }

    /** The newest checkpoint with the edge of its tree; null before the first. */
    @Nullable
    SealedTree newestTree() {
        return newestTree;
    }

    /** A checkpoint was cosigned: the newest is kept with that, if it is still the newest, and now and then one that is not. */
    void cosigned(SealedTree cosigned) throws IOException {
        if (cosigned.checkpoint().size() == signed && !cosigned.note().equals(newest)) {
            AtomicFile.replace(folder.checkpoint(), cosigned.text(), sync);
            AtomicFile.replace(settings.anchor(), cosigned.text(), sync);
            newest = cosigned.note();
            newestTree = cosigned;
        }
        Instant moment = settings.clock().instant();
        if (Duration.between(keptCosigned, moment).abs().compareTo(KEPT) >= 0) {
            keepNote(cosigned.note());
            keptCosigned = moment;
        }
    }

    /** Adds a note to those that are kept, for instance one that the log no longer lives up to. */
    void keepNote(String note) throws IOException {
        try (FileChannel file = FileChannel.open(
                folder.checkpoints(), StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
            AtomicFile.writeAll(file, ByteBuffer.wrap((note + "\n").getBytes(StandardCharsets.UTF_8)));
            if (sync) {
                file.force(true);
            }
        }
        lastKept = note;
    }

    private void keep(String note, boolean now) throws IOException {
        Instant moment = settings.clock().instant();
        if (now || Duration.between(kept, moment).abs().compareTo(KEPT) >= 0) {
            keepNote(note);
            kept = moment;
        }
    }

    private SealedTree sign() throws IOException {
        try {
            return SealedTree.sign(tree, settings.origin(), key);
        } catch (GeneralSecurityException e) {
            throw new IOException("a checkpoint cannot be signed", e);
        }
    }

    /** Hashes the first {@code bound} records, which must have been stored, so that less is left to do when they are signed. */
    void follow(long bound) throws IOException {
        if (tree.size() >= bound) {
            return;
        }
        LogCursor at = cursor();
        try {
            at.refresh();
            while (tree.size() < bound) {
                take(at);
                pace.step();
            }
        } catch (IOException | RuntimeException e) {
            // What the cursor has read and the tree has not taken is read again.
            at.close();
            cursor = null;
            throw e;
        }
    }

    private void take(LogCursor at) throws IOException {
        Step step = at.next();
        if (step == Step.RECORD && at.seq() < tree.size()) {
            return;
        }
        if (step != Step.RECORD || at.seq() != tree.size()) {
            throw new UnreadableLogException("record " + tree.size() + " was stored and cannot be read back: " + step);
        }
        if (at.segment() != segment) {
            starts.at(at.segment(), tree);
            segment = at.segment();
        }
        byte[] leaf = tree.leafHash(at.buffer(), at.lineOffset(), at.lineLength());
        sides.add(at.seq(), leaf, at.location());
        tree.add(leaf);
        location = at.location();
        feed.take(tree, at);
    }

    private LogCursor cursor() throws IOException {
        LogCursor at = cursor;
        if (at == null) {
            at = new LogCursor(folder, location);
            cursor = at;
        }
        return at;
    }

    @Override
    public void close() throws IOException {
        if (cursor != null) {
            cursor.close();
        }
        sides.close();
    }

    /** What was stored is not there: somebody changed the folder while the log is open. */
    static final class UnreadableLogException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableLogException(String message) {
            super(message);
        }
    }
}
