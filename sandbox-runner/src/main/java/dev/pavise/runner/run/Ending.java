package dev.pavise.runner.run;

/** How a run that was under way ended. */
public sealed interface Ending {
    /** The tool ran: to its own end, or to one that a limit or a cancellation put to it. */
    record Completed(RunResult result) implements Ending {}

    /** The tool did not start, though it was tried. */
    record Failed(Refusal refusal) implements Ending {}
}
