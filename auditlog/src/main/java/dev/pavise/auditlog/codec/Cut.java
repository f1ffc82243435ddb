package dev.pavise.auditlog.codec;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What retention leaves in the place of the records it removed: the number of the first one that is left, and the tree of all
 * before it, ready to grow, so that the rest still verifies. A C2SP signed note by the log's key.
 *
 * <pre>
 * pavise/audit/cut
 * first 1234
 * root ...root of the tree of the first 1234 records, in base64...
 * size 5678
 * time 2026-11-22T10:15:30Z
 *
 * &mdash; pavise/audit ...key id and signature in base64...
 * edge ...hash in base64...
 * edge ...
 * </pre>
 *
 * <p>Guarantees that records before {@code first}, and those alone, were removed by whoever holds the key: a note that was
 * changed, or belongs to another log, is not read, and an older one leaves records missing. A cut cannot be taken for a
 * checkpoint, as its second line is no number. The edge needs no signature: it gives the signed root, or it is refused. What
 * it does not tell is what the removed records said; a tree that grew from it gives the root of every later checkpoint, or
 * the note belongs to another history.
 *
 * @param origin the log's name
 * @param first the number of the first record that is left: the size of the tree whose edge this is
 * @param size how many records were signed when the cut was made; never less than {@code first}
 * @param time when the cut was made, to the second
 * @param note the signed note alone
 * @param edge the left edge of the tree of the first {@code first} records, largest subtree first
 */
public record Cut(String origin, long first, long size, Instant time, String note, List<byte[]> edge) {
    private static final String KIND = "cut";

    public Cut {
        edge = List.copyOf(edge);
    }

    /** Signs a cut before the record whose number is the size of {@code before}, in a log of which {@code size} are signed. */
    public static Cut sign(MerkleTree before, long size, Instant time, String origin, SigningKey key)
            throws GeneralSecurityException {
        if (before.size() < 1 || before.size() > size) {
            throw new IllegalArgumentException("no cut can be made at " + before.size() + " of " + size + " records");
        }
        return of(origin, TreeNote.sign(KIND, before, size, time, origin, key));
    }

    private static Cut of(String origin, TreeNote note) {
        return new Cut(origin, note.first(), note.size(), note.time(), note.note(), note.edge());
    }

    /** The tree of the records that were removed, ready to grow. */
    public MerkleTree tree() {
        return new MerkleTree(first, edge);
    }

    /** The form in which it is kept: the note and the edge. */
    public String text() {
        return note + Edge.text(edge);
    }

    /** Reads what {@link #text} wrote; empty unless this key signed it for this log and the edge gives its root. */
    public static Optional<Cut> parse(String text, String origin, PublicKey key) {
        return TreeNote.parse(KIND, text, origin, key)
                .filter(note -> note.first() > 0)
                .map(note -> of(origin, note));
    }

    @Override
    public String toString() {
        return "cut of " + origin + " before record " + first;
    }
}
