package dev.pavise.k8s.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/**
 * What a request to the API server came to that did not go well. Its own words are left out of {@code why}: they name accounts and addresses, and what is
 * told goes to callers.
 *
 * @param kind what the caller can do about it
 * @param why one line, without the API server's own words
 */
public record ClusterFault(Kind kind, String why) {
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int DEEPEST = 10;

    /** What the caller can do about it. */
    public enum Kind {
        /** Rights are missing. */
        DENIED,
        /** It is not there. */
        NOT_FOUND,
        /** Somebody else changed it, or owns what was to be changed. */
        CONFLICT,
        /** Not now: too many requests, or a disruption budget. */
        NOT_NOW,
        /** What was asked for is not valid. */
        INVALID,
        /** No request went out: it certainly was not done. */
        UNREACHABLE,
        /** No answer came back: it may have been done. */
        NO_ANSWER
    }

    /**
     * Tells what a failure means.
     *
     * @param what what was asked for, such as {@code patch deployments in agents}
     */
    public static ClusterFault of(String what, RuntimeException failure) {
        if (!(failure instanceof KubernetesClientException answered)) {
            return new ClusterFault(
                    Kind.NO_ANSWER, what + ": " + failure.getClass().getSimpleName());
        }
        int code = answered.getCode();
        if (code <= 0) {
            return connected(failure)
                    ? new ClusterFault(Kind.NO_ANSWER, what + ": the API server does not answer")
                    : new ClusterFault(Kind.UNREACHABLE, what + ": the API server cannot be reached");
        }
        return new ClusterFault(kind(code), what + ": the API server answers " + code);
    }

    private static Kind kind(int code) {
        return switch (code) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN -> Kind.DENIED;
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_GONE -> Kind.NOT_FOUND;
            case HttpURLConnection.HTTP_CONFLICT -> Kind.CONFLICT;
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE -> Kind.INVALID;
            case TOO_MANY_REQUESTS -> Kind.NOT_NOW;
            // A gateway's or the server's own failure says nothing of whether it was done.
            default -> code >= SERVER_ERROR ? Kind.NO_ANSWER : Kind.INVALID;
        };
    }

    private static boolean connected(@Nullable Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (each instanceof ConnectException
                    || each instanceof HttpConnectTimeoutException
                    || each instanceof UnresolvedAddressException) {
                return false;
            }
            each = each.getCause();
        }
        return true;
    }

    /** Whether the API server itself is out of reach, rather than unwilling. */
    public boolean unavailable() {
        return kind == Kind.UNREACHABLE || kind == Kind.NO_ANSWER;
    }
}
