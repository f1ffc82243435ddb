package dev.pavise.runner.run;

import java.util.Locale;

/** The stable names of the reasons for which a backend runs nothing. */
public enum RefusalCode {
    /** The content cannot be read, is a link, or is larger than allowed. */
    CONTENT_UNREADABLE,
    /** The content does not have the digest that it was verified by. */
    CONTENT_MISMATCH,
    /** The content is nothing that this backend can run. */
    NOT_EXECUTABLE,
    /** The content names an interpreter that the manifest does not allow. */
    INTERPRETER_NOT_GRANTED,
    /** An allowed path or host cannot be granted safely. */
    GRANT_UNSAFE,
    /** Arguments, environment or input of the caller are not acceptable. */
    INPUT_REFUSED,
    /** As many runs are under way as there is room for. */
    TOO_MANY_RUNS,
    /** The backend is closing. */
    CLOSING,
    /** The sandbox could not be set up; the tool did not start. */
    SANDBOX_FAILED,
    /** The API server of the cluster does not answer, or cannot for now. */
    CLUSTER_UNAVAILABLE,
    /** The cluster does not let the runner do what it has to. */
    CLUSTER_REFUSED,
    /** The pod for the run did not come up, or not in time. */
    POD_NOT_STARTED;

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
