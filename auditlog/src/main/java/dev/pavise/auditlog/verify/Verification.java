package dev.pavise.auditlog.verify;

import java.util.List;

/** What checking a log has shown. */
public sealed interface Verification {
    Counts counts();

    /** Every record up to the newest checkpoint is there, in its place, and as it was signed. */
    record Whole(Counts counts) implements Verification {}

    /**
     * Something is wrong.
     *
     * @param first the finding with the lowest record, or, where none names a record, the first
     * @param findings at most {@value AuditVerifier#MAX_FINDINGS} of them, by record
     */
    record Broken(Counts counts, Finding first, List<Finding> findings) implements Verification {
        public Broken {
            findings = List.copyOf(findings);
        }
    }

    /**
     * All that could be judged holds, and there is something that could not be judged with what was given.
     *
     * @param findings what that is
     */
    record Partly(Counts counts, List<Finding> findings) implements Verification {
        public Partly {
            findings = List.copyOf(findings);
        }
    }

    /** What reading the records has given. */
    record Read(long records, long leftover, long unsigned, long checkpoints, long open) {}

    /**
     * Figures.
     *
     * @param from the first record that was looked at
     * @param records records that could be read
     * @param leftover records that retention was to remove and that are there; nothing proves them
     * @param signed how many the newest trusted checkpoint covers
     * @param unsigned records behind it, which nothing proves yet
     * @param checkpoints checkpoints whose signature and root hold
     * @param open intents for which there is no outcome: what became of them is unknown
     * @param keyFromFolder whether the key came from the folder itself, which proves nothing against who wrote the folder
     * @param anchored whether an anchor from outside the folder took part; without one a cut tail is not seen
     */
    record Counts(
            long from,
            long records,
            long leftover,
            long signed,
            long unsigned,
            long checkpoints,
            long open,
            boolean keyFromFolder,
            boolean anchored) {}
}
