package dev.pavise.auditlog.verify;

/**
 * One thing that is wrong with a log.
 *
 * @param seq the first record concerned, by its place in the log; -1 where it is no record
 * @param id the id that is read there, as far as it can be read; else empty
 * @param text what is wrong, for a person
 */
public record Finding(Kind kind, long seq, String id, String text) {

    /** The kinds of it; their names, in lower case, are stable. */
    public enum Kind {
        /** The bytes of a record are not those that were signed. */
        CHANGED,
        /** Records are not there, and later ones are. */
        MISSING,
        /** A record is there twice, or stands where another belongs. */
        MISPLACED,
        /** A record that cannot belong to this log. */
        ADDED,
        /** The log ends before what was signed. */
        CUT,
        /** Bytes that no gateway writes. */
        DAMAGED,
        /** A checkpoint is missing, or was not signed by the key, or is not a checkpoint. */
        CHECKPOINT,
        /** Records are not those that a checkpoint signed, and it cannot be told which. */
        CHANGED_AMONG,
        /** From here on another key signed, which the log itself names as the one that took over. */
        LATER_KEY,
        /** That the log goes on from the checkpoint to begin from cannot be shown any more. */
        UNPROVEN
    }

    static Finding ofFile(Kind kind, String text) {
        return new Finding(kind, -1, "", text);
    }

    /** Whether this tells not of damage, but of what cannot be judged with what was given. */
    boolean isLimit() {
        return kind == Kind.LATER_KEY || kind == Kind.UNPROVEN;
    }

    @Override
    public String toString() {
        String where = seq < 0 ? "" : " record " + seq + (id.isEmpty() ? "" : " (" + id + ")");
        return kind.name().toLowerCase(java.util.Locale.ROOT) + where + ": " + text;
    }
}
