package dev.pavise.auditlog.codec;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The signed tree of all the records before a segment, kept beside it: from it retention makes a {@link Cut} without reading
 * what it removes, and knows by when all of that had been stored without believing a record that somebody may have changed.
 * Has the form of a cut with {@code start} for {@code cut} in its first line, and is never believed as one.
 *
 * @param first the number of the segment's first record
 * @param time no record before {@code first} was stored later, by the clock of that moment
 */
public record Start(long first, Instant time, String note, List<byte[]> edge) {
    private static final String KIND = "start";

    public Start {
        edge = List.copyOf(edge);
    }

    public static Start sign(MerkleTree before, Instant time, String origin, SigningKey key)
            throws GeneralSecurityException {
        return of(TreeNote.sign(KIND, before, before.size(), time, origin, key));
    }

    /** Reads what {@link #text} wrote; empty unless this key signed it for this log and the edge gives its root. */
    public static Optional<Start> parse(String text, String origin, PublicKey key) {
        return TreeNote.parse(KIND, text, origin, key).map(Start::of);
    }

    private static Start of(TreeNote note) {
        return new Start(note.first(), note.time(), note.note(), note.edge());
    }

    /** The tree of the records before the segment. */
    public MerkleTree tree() {
        return new MerkleTree(first, edge);
    }

    public String text() {
        return note + Edge.text(edge);
    }
}
