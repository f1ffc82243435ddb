package dev.pavise.auditlog;

/**
 * Told once, and only once, what became of a record. With {@link Durability#PROCESS} on the appending thread before the call
 * returns; with {@link Durability#DISK} on the syncing thread, so an event loop hops back to itself first (a refusal may come on the
 * appending thread all the same). Must not block.
 */
public interface Stored {
    /** The record is in the log under this sequence number. */
    void stored(long seq);

    /** The record is not known to be in the log; whatever it was for must not happen. */
    void unavailable(AuditUnavailable why);
}
