package dev.pavise.auditlog;

import java.util.Optional;

/**
 * Where records go. Safe for use by several threads; records get their sequence numbers in the order in which they were
 * stored.
 *
 * <p>What it guarantees: when {@link Stored#stored} was called the record, and every record with a smaller number, survives what
 * {@link Durability} names: that of the log or, where it is the stricter one, that of the append. What had to be taken out of the
 * record was taken out before. What it does not: that the record is signed yet, which happens within a second.
 */
public interface AuditLog {
    /** Stores a record as durably as the log is set to, or says why it cannot. Never blocks on a disk that has no room. */
    default void append(AuditRecord record, Stored then) {
        append(record, Durability.PROCESS, then);
    }

    /**
     * Stores a record, or says why it cannot.
     *
     * @param atLeast what the record must survive before it is reported as stored; a log that is set to the stricter one stays so
     */
    void append(AuditRecord record, Durability atLeast, Stored then);

    /** Why appending would be refused now; empty while records are taken. */
    Optional<AuditUnavailable> unavailable();
}
