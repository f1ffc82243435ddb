package dev.pavise.proxy.http;

/** A refusal as the body of an answer: {@code application/problem+json} (RFC 9457). */
@SuppressWarnings("DoNotCallSuggester")
public final class Problem {
    public static final String CONTENT_TYPE = "application/problem+json";

    private Problem() {}

    /** The body, in UTF-8. */
    public static byte[] body(Refusal refusal, String requestId) {
        throw new UnsupportedOperationException(refusal + requestId);
    }
}
