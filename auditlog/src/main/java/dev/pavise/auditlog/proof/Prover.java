package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.MerkleProof.Range;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.codec.RemovedTree;
import dev.pavise.auditlog.codec.SealedTree;
import dev.pavise.auditlog.proof.Proving.Damaged;
import dev.pavise.auditlog.proof.Proving.NotSignedYet;
import dev.pavise.auditlog.proof.Proving.Removed;
import dev.pavise.auditlog.proof.Proving.Unknown;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes proofs from an audit folder, or a copy of one; works beside a running gateway. A proof that it gives leads to the root
 * of the newest checkpoint in the folder; whether a key signed that is for whoever checks it. Reads files: not for an event
 * loop. Proofs are made one at a time.
 */
public final class Prover {
    private static final long MAX_NOTE = 1 << 16;

    private final AuditFolder folder;
    private final Subtrees subtrees;

    private Prover(AuditFolder folder) {
        this.folder = folder;
        this.subtrees = new Subtrees(folder);
    }

    /** Proves from the folder as it is. */
    public static Prover of(Path dir) {
        return new Prover(new AuditFolder(dir));
    }

    /** The proof of the record with this id. */
    public synchronized Proving byId(String id) throws IOException {
        Optional<Locator.Found> found = Locator.find(folder, id);
        return found.isPresent() ? record(found.get().seq(), found.get().line()) : new Unknown("record `" + id + "`");
    }

    /** The proof of the record with this number. */
    public synchronized Proving bySeq(long seq) throws IOException {
        Optional<byte[]> line = seq < 0 ? Optional.empty() : Finder.line(folder, seq);
        if (line.isPresent()) {
            return record(seq, line.get());
        }
        long first = removed().size();
        return seq >= 0 && seq < first ? new Removed("record " + seq, first) : new Unknown("record " + seq);
    }

    private Proving record(long seq, byte[] line) throws IOException {
        Optional<Newest> newest = newest();
        if (newest.isEmpty()) {
            return isUnsealed() ? new NotSignedYet(seq, 0) : noCheckpoint();
        }
        Checkpoint checkpoint = newest.get().checkpoint;
        if (seq >= checkpoint.size()) {
            return new NotSignedYet(seq, checkpoint.size());
        }
        MerkleTree removed = removed();
        if (seq < removed.size()) {
            return new Removed("record " + seq, removed.size());
        }
        byte[] leaf = Finder.leafHash(line);
        List<Range> ranges = MerkleProof.inclusion(seq, checkpoint.size());
        return hashes(
                        ranges,
                        removed,
                        path -> MerkleProof.includes(leaf, seq, checkpoint.size(), checkpoint.root(), path))
                .<Proving>map(path -> new Proving.Proven(new Proof(line, seq, path, newest.get().note)))
                .orElseGet(() -> new Damaged("record " + seq + " is not what the newest checkpoint covers"));
    }

    /** The proof that the log goes on from an older checkpoint: a signed note, with the edge of its tree or without. */
    public synchronized Proving extending(String older) throws IOException {
        String note = SealedTree.noteOf(older);
        Optional<Checkpoint> begin = Checkpoint.ofNote(note);
        Optional<Newest> newest = newest();
        if (begin.isEmpty() || begin.get().size() < 1) {
            return new Unknown("a checkpoint of this form: it is no signed note of a log that has records");
        }
        if (newest.isEmpty()) {
            return noCheckpoint();
        }
        Checkpoint from = begin.get();
        Checkpoint to = newest.get().checkpoint;
        if (from.size() > to.size()) {
            return new Damaged(
                    "the newest checkpoint covers " + to.size() + " records, and the older one " + from.size());
        }
        MerkleTree removed = removed();
        if (from.size() < removed.size()) {
            return new Removed("what lies before the checkpoint of " + from.size() + " records", removed.size());
        }
        List<Range> ranges = MerkleProof.consistency(from.size(), to.size());
        return hashes(
                        ranges,
                        removed,
                        path -> MerkleProof.consistent(from.size(), from.root(), to.size(), to.root(), path))
                .<Proving>map(path -> new Proving.Extended(new ConsistencyProof(path, note, newest.get().note)))
                .orElseGet(() -> new Damaged("the log does not go on from the checkpoint of " + from.size()
                        + " records: that one is of another history, or the log was changed"));
    }

    /** By the leaf hashes; where those do not lead to what was signed, by the records. */
    private Optional<List<byte[]>> hashes(List<Range> ranges, MerkleTree removed, Predicate<List<byte[]>> leads)
            throws IOException {
        try {
            Optional<List<byte[]>> quick = subtrees.byLeaves(ranges, removed).filter(leads);
            if (quick.isPresent()) {
                return quick;
            }
            subtrees.forget();
            return subtrees.byRecords(ranges, removed).filter(leads);
        } catch (Subtrees.GoneException e) {
            return Optional.empty();
        }
    }

    /** Whether the log is in its first second: nothing was sealed so far. */
    private boolean isUnsealed() throws IOException {
        return !Files.exists(folder.checkpoint())
                && (!Files.exists(folder.leaves()) || Files.size(folder.leaves()) == 0);
    }

    private static Damaged noCheckpoint() {
        return new Damaged("there is no checkpoint in the folder: nothing is signed, or it was removed");
    }

    private record Newest(Checkpoint checkpoint, String note) {}

    private Optional<Newest> newest() throws IOException {
        return text(folder.checkpoint())
                .map(SealedTree::noteOf)
                .flatMap(note -> Checkpoint.ofNote(note).map(checkpoint -> new Newest(checkpoint, note)));
    }

    /** The tree of what retention removed; whether the key signed it does not matter, as the proof would not lead to the root. */
    private MerkleTree removed() throws IOException {
        return text(folder.cut()).flatMap(RemovedTree::of).orElseGet(MerkleTree::new);
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            return Files.size(file) > MAX_NOTE
                    ? Optional.empty()
                    : Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
