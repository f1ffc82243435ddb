package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.codec.Checkpoint;

/** What holding a proof against a key has shown. */
public sealed interface ProofResult {
    /** Whether the proof proves what it claims. */
    default boolean holds() {
        return this instanceof Included || this instanceof Extended;
    }

    /** The record is in the signed log, at this place. */
    record Included(long seq, String id, Checkpoint checkpoint) implements ProofResult {}

    /** The older signed log is the beginning of the newer one. */
    record Extended(Checkpoint older, Checkpoint newer) implements ProofResult {}

    /** The signed log has another record at this place, or none. */
    record RecordAbsent(long seq, Checkpoint checkpoint) implements ProofResult {}

    /** The newer signed log does not begin with the older one, or the path between them is wrong. */
    record NotExtended(Checkpoint older, Checkpoint newer) implements ProofResult {}

    /** A checkpoint of the proof is not one that the key signed. */
    record NotSigned(String why) implements ProofResult {}

    /** It is no proof. */
    record Malformed(String why) implements ProofResult {}
}
