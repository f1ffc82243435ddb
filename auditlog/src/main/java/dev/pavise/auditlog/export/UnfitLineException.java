package dev.pavise.auditlog.export;

/** A line of the log that is not a record as the log writes them. Says why, and never shows what stands in it. */
public final class UnfitLineException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitLineException(String why) {
        super(why);
    }

    /** What is wrong with it. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
