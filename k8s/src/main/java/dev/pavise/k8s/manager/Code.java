package dev.pavise.k8s.manager;

import java.util.Locale;

/** Why the manager's API itself refuses; the codes are those that the gateway's answers have. */
enum Code {
    MALFORMED_REQUEST(400, "the request is not well-formed HTTP"),
    INVALID_ARGUMENT(400, "an argument is not understood"),
    UNAUTHENTICATED(401, "a valid credential is required"),
    FORBIDDEN(403, "the identity may not do this"),
    NOT_FOUND(404, "there is nothing here"),
    NO_SUCH_DEPLOYMENT(404, "the cluster has no such Deployment"),
    METHOD_NOT_ALLOWED(405, "the method is not allowed here"),
    BODY_TOO_LARGE(413, "the body is larger than 64 KiB"),
    TOO_MANY_REFUSED_CREDENTIALS(429, "too many wrong credentials came from this address"),
    INTERNAL(500, "the manager failed"),
    CLUSTER_UNAVAILABLE(503, "the manager cannot reach the cluster's API server"),
    MANAGER_UNAVAILABLE(503, "the manager could not take the request, so nothing was done"),
    NOT_LEADER(503, "the manager that was asked does not lead, so nothing was done");

    private final int status;
    private final String title;

    Code(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** The stable code, as it stands in answers, audit records and metrics. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
