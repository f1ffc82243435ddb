package dev.pavise.auditlog.verify;

/** Is told now and then how far a check has come. */
@FunctionalInterface
public interface VerifyProgress {
    /** Tells nobody. */
    VerifyProgress NONE = (records, bytes, total) -> {};

    /**
     * Tells it.
     *
     * @param records how many were read
     * @param bytes how many bytes of the queue files lie behind
     * @param total how many there are, as far as could be told at the beginning
     */
    void at(long records, long bytes, long total);
}
