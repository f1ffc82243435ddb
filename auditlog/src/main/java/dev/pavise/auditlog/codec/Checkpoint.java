package dev.pavise.auditlog.codec;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a checkpoint says, in the form of C2SP tlog-checkpoint: the log's name, its size and the root of its tree. */
public final class Checkpoint {
    private static final Pattern TEXT =
            Pattern.compile("([^\\n]{1,255})\\n(0|[1-9][0-9]{0,17})\\n([A-Za-z0-9+/]{43}=)\\n");

    private final String origin;
    private final long size;
    private final byte[] root;

    public Checkpoint(String origin, long size, byte[] root) {
        this.origin = origin;
        this.size = size;
        this.root = root.clone();
    }

    public String origin() {
        return origin;
    }

    public long size() {
        return size;
    }

    public byte[] root() {
        return root.clone();
    }

    public boolean hasRoot(byte[] other) {
        return Arrays.equals(root, other);
    }

    /** The text that is signed. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /** Reads the text of a note; empty where it is not one of ours, exactly. */
    public static Optional<Checkpoint> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        byte[] root = Base64.getDecoder().decode(parts.group(3));
        return Optional.of(new Checkpoint(parts.group(1), Long.parseLong(parts.group(2)), root));
    }

    /** What a signed note says, whoever signed it; nothing is checked. */
    public static Optional<Checkpoint> ofNote(String note) {
        int blank = note.indexOf("\n\n");
        return blank < 0 ? Optional.empty() : parse(note.substring(0, blank + 1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && size == that.size
                && origin.equals(that.origin)
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size) * 31 + Arrays.hashCode(root);
    }

    @Override
    public String toString() {
        return "checkpoint of " + size + " records of " + origin;
    }
}
