package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.SignedNote;
import dev.pavise.auditlog.codec.SigningKey;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import java.security.PublicKey;
import java.util.Optional;

/**
 * Holds a proof against the public key of a log. Needs neither the log nor its gateway, and believes nothing in the proof but
 * what leads to a checkpoint that the key signed.
 *
 * <p>Guarantees of an included record that the log's key signed a log with exactly these bytes at this place. It does not tell
 * whether that log still exists, or is the only one that the key signed: that takes an anchor or a witness.
 */
public final class ProofCheck {
    private static final int MOST = 4 << 20;

    private ProofCheck() {}

    /** Checks either kind of proof; {@code origin} is the log's name, empty takes the one that the proof names. */
    public static ProofResult check(String text, PublicKey key, Optional<String> origin) {
        if (text.length() > MOST) {
            return new ProofResult.Malformed("it is too long to be a proof");
        }
        if (text.startsWith(ConsistencyProof.FIRST_LINE + "\n")) {
            return ConsistencyProof.parse(text)
                    .map(proof -> check(proof, key, origin))
                    .orElseGet(() ->
                            new ProofResult.Malformed("it is not a consistency proof as `audit prove` prints it"));
        }
        return Proof.parse(text)
                .map(proof -> check(proof, key, origin))
                .orElseGet(() -> new ProofResult.Malformed("it is not a proof as `audit prove` prints it"));
    }

    private static ProofResult check(Proof proof, PublicKey key, Optional<String> origin) {
        String name = origin.orElseGet(() -> nameOf(proof.note()));
        Optional<Checkpoint> signed = SigningKey.open(proof.note(), name, key);
        if (signed.isEmpty()) {
            return notSigned("the checkpoint", proof.note(), name, key);
        }
        byte[] line = proof.line();
        if (LogCursor.seqOf(line, 0, line.length) != proof.seq()) {
            return new ProofResult.Malformed("the record in it does not bear the number " + proof.seq());
        }
        Checkpoint checkpoint = signed.get();
        byte[] leaf = Finder.leafHash(line);
        return MerkleProof.includes(leaf, proof.seq(), checkpoint.size(), checkpoint.root(), proof.hashes())
                ? new ProofResult.Included(proof.seq(), id(line), checkpoint)
                : new ProofResult.RecordAbsent(proof.seq(), checkpoint);
    }

    private static ProofResult check(ConsistencyProof proof, PublicKey key, Optional<String> origin) {
        String name = origin.orElseGet(() -> nameOf(proof.newer()));
        Optional<Checkpoint> older = SigningKey.open(proof.older(), name, key);
        Optional<Checkpoint> newer = SigningKey.open(proof.newer(), name, key);
        if (older.isEmpty()) {
            return notSigned("the older checkpoint", proof.older(), name, key);
        }
        if (newer.isEmpty()) {
            return notSigned("the newer checkpoint", proof.newer(), name, key);
        }
        boolean extended = MerkleProof.consistent(
                older.get().size(),
                older.get().root(),
                newer.get().size(),
                newer.get().root(),
                proof.hashes());
        return extended
                ? new ProofResult.Extended(older.get(), newer.get())
                : new ProofResult.NotExtended(older.get(), newer.get());
    }

    private static ProofResult notSigned(String which, String note, String name, PublicKey key) {
        return new ProofResult.NotSigned(which + " is not one of log `" + name + "` that the given key ("
                + SignedNote.keyIdText(name, key) + ") signed; " + SignedNote.signersText(note, name));
    }

    private static String nameOf(String note) {
        int end = note.indexOf('\n');
        String name = end < 0 ? "" : note.substring(0, end);
        return name.matches("[!-*,-~]{1,200}") ? name : "?";
    }

    private static String id(byte[] line) {
        RecordLine fields = new RecordLine();
        String id = fields.read(line, 0, line.length) ? fields.text(RecordLine.Field.ID) : "";
        return id.matches("[0-9a-f-]{36}") ? id : "";
    }
}
