package dev.pavise.auditlog.ship;

/** Figures of shipping, for metrics. Cheap to ask, from any thread. */
public interface ShipStats {
    /** Records that were acknowledged since the start. */
    long shipped();

    /** Stored records that were not acknowledged yet. */
    long lagRecords();

    /** How old the oldest of them is, in milliseconds; 0 when there is none. */
    long lagMillis();

    /** Times that a delivery failed and was tried again. */
    long failures();

    /** Records that were gone before they could be shipped; each gap was told in the stream. */
    long missing();

    /** Records that a message stood in for. */
    long replacements();
}
