package dev.pavise.auditlog;

import java.util.Locale;

/**
 * Records that retention removed, or would.
 *
 * @param from the first of them
 * @param to the first one that is left
 * @param segments how many segments they take
 * @param bytes what those take on the disk
 */
public record Retained(long from, long to, int segments, long bytes, Reason reason) {

    /** Why records go. */
    public enum Reason {
        /** All of them are older than the configured age. */
        AGE,
        /** The segments take more than the configured size. */
        SIZE,
        /** An earlier cut had been signed, and was not carried out to its end. */
        RESUMED;

        /** The name that records and answers carry. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
