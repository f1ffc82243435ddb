package dev.pavise.auditlog;

/**
 * Takes out of a record what must not be kept, before anything is hashed or written. Called by every thread that appends; it has
 * no state that changes. Where it throws, the record is refused, and with it what it was the record of.
 */
@FunctionalInterface
public interface Redaction {
    /** Leaves every record as it is. */
    Redaction NONE = record -> record;

    /** The record without what must not be kept; the same object where there is nothing to take out. */
    AuditRecord apply(AuditRecord record);
}
