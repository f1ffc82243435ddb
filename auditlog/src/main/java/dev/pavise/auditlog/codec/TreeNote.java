package dev.pavise.auditlog.codec;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link Cut} and {@link Start} have in common: a signed note about the tree before a record, and its left edge. The kind
 * stands in the first line, and the second line is no number, so that neither is taken for the other or for a checkpoint.
 */
record TreeNote(long first, long size, Instant time, String note, List<byte[]> edge) {
    private static final Pattern TEXT =
            Pattern.compile("([^\\n]{1,255})/([a-z]{1,10})\\nfirst (0|[1-9][0-9]{0,17})\\nroot ([A-Za-z0-9+/]{43}=)\\n"
                    + "size (0|[1-9][0-9]{0,17})\\ntime ([0-9TZ:-]{20})\\n");

    TreeNote {
        edge = List.copyOf(edge);
    }

    static TreeNote sign(String kind, MerkleTree before, long size, Instant time, String origin, SigningKey key)
            throws GeneralSecurityException {
        Instant second = time.truncatedTo(ChronoUnit.SECONDS);
        String root = Base64.getEncoder().encodeToString(before.root());
        String text = origin + "/" + kind + "\nfirst " + before.size() + "\nroot " + root + "\nsize " + size + "\ntime "
                + second + "\n";
        return new TreeNote(before.size(), size, second, key.sign(text, origin), before.edge());
    }

    /** Empty unless this key signed it for this log, as this kind, and the edge gives its root. */
    static Optional<TreeNote> parse(String kind, String text, String origin, PublicKey key) {
        String note = Edge.noteOf(text);
        return SignedNote.open(note, origin, key).flatMap(signed -> read(kind, signed, origin, note, text));
    }

    private static Optional<TreeNote> read(String kind, String signed, String origin, String note, String text) {
        Matcher parts = TEXT.matcher(signed);
        if (!parts.matches()
                || !parts.group(1).equals(origin)
                || !parts.group(2).equals(kind)) {
            return Optional.empty();
        }
        try {
            byte[] root = Base64.getDecoder().decode(parts.group(4));
            TreeNote read = new TreeNote(
                    Long.parseLong(parts.group(3)),
                    Long.parseLong(parts.group(5)),
                    Instant.parse(parts.group(6)),
                    note,
                    Edge.read(text.substring(note.length())));
            boolean fits =
                    read.first <= read.size && MerkleTree.same(read.tree().root(), root);
            return fits && read.text().equals(text) ? Optional.of(read) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    MerkleTree tree() {
        return new MerkleTree(first, edge);
    }

    String text() {
        return note + Edge.text(edge);
    }
}
