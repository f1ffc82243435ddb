package dev.pavise.auditlog;

/** How an action ended; an intent's is {@link #UNKNOWN}, for that is all that is known of it when it is stored. */
public enum Outcome {
    /** It was done. */
    SUCCESS("success"),
    /** It was tried and did not succeed. */
    FAILURE("failure"),
    /** It was refused. */
    DENIED("denied"),
    /** It broke for a reason that is not the caller's. */
    ERROR("error"),
    /** Nobody knows, or not yet. */
    UNKNOWN("unknown");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** The word that stands in the record. */
    public String text() {
        return text;
    }
}
