package dev.pavise.k8s.control;

import java.util.Locale;

/** Why something that was asked for was not done. The names, in lower case, are the stable codes of the API. */
public enum Problem {
    INVALID_ARGUMENT(400),
    NO_SUCH_DEPLOYMENT(404),
    CONFLICT(409),
    ROLLOUT_IN_PROGRESS(409),
    DISRUPTION_NOT_ALLOWED(409),
    NOT_LEADER(503),
    CLUSTER_UNAVAILABLE(503),
    AUDIT_UNAVAILABLE(503);

    private final int status;

    Problem(int status) {
        this.status = status;
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** As answers write it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
