package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/** The cluster did not do what it was asked for. Its own words are left out: they name accounts and addresses, and what is refused is told to callers. */
final class ClusterException extends Exception {
    private static final long serialVersionUID = 1;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final RefusalCode code;
    private final int status;

    ClusterException(RefusalCode code, String reason) {
        this(code, reason, 0, null);
    }

    private ClusterException(RefusalCode code, String reason, int status, @Nullable Throwable cause) {
        super(reason, cause);
        this.code = code;
        this.status = status;
    }

    /** What a call to the API server came to. */
    static ClusterException of(String what, KubernetesClientException failure) {
        int status = failure.getCode();
        if (status <= 0) {
            return new ClusterException(
                    RefusalCode.CLUSTER_UNAVAILABLE, what + ": the API server does not answer", status, failure);
        }
        boolean later = status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
        return new ClusterException(
                later ? RefusalCode.CLUSTER_UNAVAILABLE : RefusalCode.CLUSTER_REFUSED,
                what + ": the API server answers " + status,
                status,
                failure);
    }

    /** The status of HTTP; zero or less where there was no answer. */
    int status() {
        return status;
    }

    Refusal refusal() {
        return new Refusal(code, String.valueOf(getMessage()));
    }
}
