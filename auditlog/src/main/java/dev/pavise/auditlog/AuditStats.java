package dev.pavise.auditlog;

import java.util.Optional;

/** Figures of a running log, for metrics. Cheap to ask, from any thread. */
public interface AuditStats {
    /** Records stored since this process opened the log. */
    long appended();

    /** Records in the log, those of earlier processes too: the next sequence number. */
    long size();

    /** Records under the newest signed checkpoint. */
    long signed();

    /** Milliseconds since everything stored was last known to be signed; 0 while nothing waits. */
    long checkpointAgeMillis();

    /** Appends that were answered with unavailable. */
    long refused();

    /** Checkpoints, or side files, that could not be written. */
    long sealFailures();

    /** Free bytes on the log's file system, as last seen. */
    long freeBytes();

    /** Records that the mirror has not got yet; 0 without a mirror. */
    long mirrorLag();

    /** Writes to the mirror that failed. */
    long mirrorFailures();

    /** The first record that retention has left: 0 before the first cut. */
    long firstSeq();

    /** Cuts that retention made since this process opened the log. */
    long cuts();

    /** What the segments took on the disk, as last seen. */
    long segmentBytes();

    /** What the witness does for the log; empty without one. */
    default Optional<WitnessStats> witness() {
        return Optional.empty();
    }
}
