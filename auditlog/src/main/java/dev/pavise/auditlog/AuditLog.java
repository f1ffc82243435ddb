package dev.pavise.auditlog;

import java.util.Optional;

/**
 * Where records go. Safe for use by several threads; records get their sequence numbers in the order in which they were
 * stored.
 *
 * <p>What it guarantees: when {@link Stored#stored} was called the record survives what {@link Durability} names. What it
 * does not: that the record is signed yet, which happens within a second.
 */
public interface AuditLog {
    /** Stores a record, or says why it cannot. Never throws, and never blocks on a disk that has no room. */
    void append(AuditRecord record, Stored then);

    /** Why appending would be refused now; empty while records are taken. */
    Optional<AuditUnavailable> unavailable();
}
