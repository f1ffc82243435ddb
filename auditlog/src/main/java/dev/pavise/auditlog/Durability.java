package dev.pavise.auditlog;

/** What a record that was reported as stored survives; the later constant is the stricter one. */
public enum Durability {
    /** The death of the process, {@code kill -9} too; not the loss of power. Costs under a microsecond. */
    PROCESS,
    /** The loss of power as well: records are reported as stored after their file was synced, many at a time. */
    DISK;

    /** The stricter of the two. */
    public Durability atLeast(Durability other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
