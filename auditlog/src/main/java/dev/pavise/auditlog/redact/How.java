package dev.pavise.auditlog.redact;

/** What becomes of a value that must not be kept. */
public enum How {
    /** It goes, and its name with it. */
    REMOVE,
    /** {@code ***} stands in its place. */
    MASK,
    /** A keyed hash stands in its place, the same for the same value, so that records can be told to belong together. */
    HASH
}
