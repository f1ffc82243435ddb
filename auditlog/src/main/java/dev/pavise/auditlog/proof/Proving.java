package dev.pavise.auditlog.proof;

/** What became of the wish for a proof. */
public sealed interface Proving {
    /** The proof of a record. */
    record Proven(Proof proof) implements Proving {}

    /** The proof that the log goes on from a checkpoint. */
    record Extended(ConsistencyProof proof) implements Proving {}

    /** The record is there, and newer than the newest checkpoint: a second later there is a proof. */
    record NotSignedYet(long seq, long signed) implements Proving {}

    /** There is no such record. */
    record Unknown(String what) implements Proving {}

    /** Retention removed the record, or what a proof would need of it. */
    record Removed(String what, long first) implements Proving {}

    /** What is in the folder does not give the newest checkpoint: nothing can be proven from it. */
    record Damaged(String why) implements Proving {}
}
