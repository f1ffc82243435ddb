package dev.pavise.proxy.tool;

/** What became of a run. */
public sealed interface RunAnswer {
    /** It ran, and came to an end: to a good one or not. */
    record Finished(RunReport report) implements RunAnswer {}

    /** It has begun; what it writes comes as it is written. */
    record Begun(RunEvents events) implements RunAnswer {}

    /**
     * The runner did not run it, and says why.
     *
     * @param code its own
     */
    record Declined(int status, String code, String detail) implements RunAnswer {
        /** Whether the tool may have run all the same: a runner that fails may do so over it. */
        public boolean mayHaveRun() {
            return status == 500;
        }
    }

    /** There is no answer that can be believed. */
    record Failed(Cause cause, String detail) implements RunAnswer {
        /** Whether the tool may have run all the same. */
        public boolean mayHaveRun() {
            return cause != Cause.UNREACHABLE;
        }
    }

    /** Nobody waits for it any more, and it was ended. */
    record Abandoned() implements RunAnswer {}

    /** What stood in the way of an answer. */
    enum Cause {
        /** The runner cannot be reached, or did not prove who it is: nothing was sent. */
        UNREACHABLE,
        /** It took longer than it may. */
        TIMEOUT,
        /** The connection broke, or the answer is not what a runner answers. */
        BROKEN,
        /** The receipt is not signed by the runner's key, or is about another run. */
        RECEIPT
    }
}
