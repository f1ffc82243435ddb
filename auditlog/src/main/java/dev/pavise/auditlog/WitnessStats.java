package dev.pavise.auditlog;

/** Figures of what a witness does for a log. Cheap to ask, from any thread. */
public interface WitnessStats {
    /** Records under the newest cosigned checkpoint; 0 before the first. */
    long cosigned();

    /** Seconds since the witness last cosigned, by its own clock; not a number before the first time. */
    double ageSeconds();

    /** How often it, or what it answered, was refused for this reason. */
    long refusals(Witness.Refusal refusal);

    /** How often it gave no answer. */
    long failures();
}
