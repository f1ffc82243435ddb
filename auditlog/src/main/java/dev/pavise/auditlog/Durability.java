package dev.pavise.auditlog;

/** What a record that was reported as stored survives. */
public enum Durability {
    /** The death of the process, {@code kill -9} too; not the loss of power. Costs under a microsecond. */
    PROCESS,
    /** The loss of power as well: records are reported as stored after their file was synced, many at a time. */
    DISK
}
