package dev.pavise.auditlog.codec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tree that the note of a cut tells of, whoever wrote the note: for what is checked against a signed root afterwards. */
public final class RemovedTree {
    private static final Pattern FIRST = Pattern.compile("\\nfirst ([1-9][0-9]{0,17})\\n");

    private RemovedTree() {}

    /** Reads the text of a cut; empty where it is none. */
    public static Optional<MerkleTree> of(String cut) {
        String note = Edge.noteOf(cut);
        Matcher first = FIRST.matcher(note);
        try {
            return first.find()
                    ? Optional.of(
                            new MerkleTree(Long.parseLong(first.group(1)), Edge.read(cut.substring(note.length()))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
