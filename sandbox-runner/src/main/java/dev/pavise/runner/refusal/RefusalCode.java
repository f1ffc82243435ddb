package dev.pavise.runner.refusal;

import java.util.Locale;

/** The runner's own reasons to refuse, beside those of tools, of backends and of the queue. The names are stable. */
public enum RefusalCode {
    /** No such path. */
    NOT_FOUND(404),
    /** The path is there, the method is none of its own. */
    METHOD_NOT_ALLOWED(405),
    /** The answer is to be in a form that there is not. */
    NOT_ACCEPTABLE(406),
    /** The request is not of its form. */
    REQUEST_MALFORMED(400),
    /** The body is larger than `limits.request_bytes`. */
    REQUEST_TOO_LARGE(413),
    /** The next bytes of the body did not come in time. */
    REQUEST_TIMEOUT(408),
    /** The content is larger than `limits.content_bytes`. */
    CONTENT_TOO_LARGE(413),
    /** What came is not what the digest in the path names. */
    CONTENT_MISMATCH(409),
    /** There is no room for content, and all that is there is in use. */
    CONTENT_FULL(507),
    /** The disk did not take the content. */
    CONTENT_NOT_STORED(500),
    /** No run by this id is under way, or it is another gateway's. */
    RUN_UNKNOWN(404),
    /** The run was cancelled before it began. */
    RUN_CANCELLED(409),
    /** Tools of this kind are not run here. */
    BACKEND_MISSING(501),
    /** The request lacks a secret that the manifest names. */
    SECRET_MISSING(409),
    /** The request brings a secret that the manifest does not name. */
    SECRET_SURPLUS(409),
    /** What runs tools of this kind gives them no secrets. */
    SECRETS_NOT_GIVEN(501),
    /** The trusted keys cannot be read, so that nobody is trusted. */
    KEYS_UNREADABLE(503),
    /** A failure of the runner itself. */
    INTERNAL_ERROR(500);

    private final int status;

    RefusalCode(int status) {
        this.status = status;
    }

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }
}
