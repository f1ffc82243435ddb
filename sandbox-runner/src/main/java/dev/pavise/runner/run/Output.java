package dev.pavise.runner.run;

/**
 * Is told what a run writes, as it comes, up to the kept part of each stream. Calls for one stream come one after another, those of the
 * two streams may come at once; a call that takes its time holds the run back. No call comes after the run's result is there.
 */
@FunctionalInterface
public interface Output {
    /** For runs whose result is enough. */
    Output NONE = (stream, chunk) -> {};

    /** Which of the two. */
    enum Stream {
        STDOUT,
        STDERR
    }

    void written(Stream stream, Bytes chunk);
}
