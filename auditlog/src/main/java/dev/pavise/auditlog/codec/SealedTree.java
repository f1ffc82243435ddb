package dev.pavise.auditlog.codec;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/**
 * A signed checkpoint together with the left edge of its tree, as kept in the folder and in the anchor. From it the tree can
 * go on growing even when the records are gone; so a log that was cut never signs other records under numbers that were
 * already given. The edge needs no signature: it gives the signed root, or it is refused.
 *
 * <pre>
 * pavise/audit
 * 1234
 * ...root in base64...
 *
 * &mdash; pavise/audit ...key id and signature in base64...
 * edge ...hash in base64...
 * edge ...
 * </pre>
 */
public record SealedTree(Checkpoint checkpoint, String note, List<byte[]> edge) {
    public SealedTree {
        edge = List.copyOf(edge);
    }

    /** Signs the tree as it stands. */
    public static SealedTree sign(MerkleTree tree, String origin, SigningKey key) throws GeneralSecurityException {
        Checkpoint checkpoint = new Checkpoint(origin, tree.size(), tree.root());
        return new SealedTree(checkpoint, key.sign(checkpoint), tree.edge());
    }

    /** The tree, ready to grow. */
    public MerkleTree tree() {
        return new MerkleTree(checkpoint.size(), edge);
    }

    public String text() {
        return note + Edge.text(edge);
    }

    /** The note alone, whoever signed it: what stands before the first edge. */
    public static String noteOf(String text) {
        return Edge.noteOf(text);
    }

    /** Reads what {@link #text} wrote; empty unless this key signed it for this log and the edge gives its root. */
    public static Optional<SealedTree> parse(String text, String origin, PublicKey key) {
        String note = noteOf(text);
        return SigningKey.open(note, origin, key).flatMap(checkpoint -> withEdge(checkpoint, note, text));
    }

    /**
     * Reads what {@link #text} wrote of a checkpoint that a witness cosigned; empty unless its cosignature holds and the edge gives
     * the root. Who else signed it does not count: it is the witness that is believed.
     */
    public static Optional<SealedTree> parseCosigned(String text, String origin, WitnessKey witness) {
        String note = noteOf(text);
        return Cosignature.check(note, witness)
                .flatMap(holds -> Checkpoint.parse(note.substring(0, note.lastIndexOf("\n\n") + 1)))
                .filter(checkpoint -> checkpoint.origin().equals(origin))
                .flatMap(checkpoint -> withEdge(checkpoint, note, text));
    }

    /** The same tree, with this cosignature in place of what the witness gave before. */
    public SealedTree cosigned(Cosignature cosignature, WitnessKey witness) {
        String before = "\u2014 " + witness.name() + " ";
        int signatures = note.lastIndexOf("\n\n") + 2;
        StringBuilder cosigned = new StringBuilder(note.substring(0, signatures));
        note.substring(signatures)
                .lines()
                .filter(line -> !line.startsWith(before))
                .forEach(line -> cosigned.append(line).append('\n'));
        return new SealedTree(
                checkpoint, cosigned.append(cosignature.line()).append('\n').toString(), edge);
    }

    private static Optional<SealedTree> withEdge(Checkpoint checkpoint, String note, String text) {
        return treeOf(text, checkpoint).map(tree -> new SealedTree(checkpoint, note, tree.edge()));
    }

    /** The tree by the edge that stands behind the note in a text; empty unless it gives the root of that checkpoint. */
    public static Optional<MerkleTree> treeOf(String text, Checkpoint checkpoint) {
        try {
            MerkleTree tree = new MerkleTree(
                    checkpoint.size(), Edge.read(text.substring(noteOf(text).length())));
            return checkpoint.hasRoot(tree.root()) ? Optional.of(tree) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
