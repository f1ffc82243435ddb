package dev.pavise.proxy.http;

import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Between Netty's {@link Http2Headers} and ours, strictly (RFC 9113, 8; RFC 8441).
 *
 * <p>The connection must be made with {@code validateHeaders}: only the decoder sees the order in which pseudo-header fields came.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Http2Heads {
    private Http2Heads() {}

    /** A head that was read, or why it is refused. */
    public sealed interface Read<H> {
        record Whole<H>(H head) implements Read<H> {}

        /** Refused; {@code malformed_request} and {@code ambiguous_framing} are malformed in the sense of RFC 9113, 8.1.1. */
        record Bad<H>(Refusal refusal) implements Read<H> {}
    }

    /**
     * Reads the head of a request.
     *
     * @param endOfStream whether no body follows
     * @param into is cleared and becomes the head's block
     * @param scheme of the door
     */
    public static Read<RequestHead> request(
            Http2Headers headers, boolean endOfStream, HeaderBlock into, HeadLimits limits, String scheme) {
        throw new UnsupportedOperationException(headers + "" + endOfStream + into + limits + scheme);
    }

    /** Reads the head of an upstream's answer to a request of this method. */
    public static Read<ResponseHead> response(
            Http2Headers headers, boolean endOfStream, HeaderBlock into, HeadLimits limits, String requestMethod) {
        throw new UnsupportedOperationException(headers + "" + endOfStream + into + limits + requestMethod);
    }

    /** Reads trailers into a block, which is cleared first; null where they are fit. */
    public static @Nullable Refusal trailers(Http2Headers headers, HeaderBlock into, HeadLimits limits) {
        throw new UnsupportedOperationException(headers + "" + into + limits);
    }

    /** The head of a request for an HTTP/2 upstream; a copy, so the block may be used again. */
    public static Http2Headers toRequest(
            String method, String scheme, String authority, String target, HeaderBlock fields) {
        throw new UnsupportedOperationException(method + scheme + authority + target + fields);
    }

    /** The head of an answer for an HTTP/2 client; 101 becomes the 200 of RFC 8441. A copy, so the block may be used again. */
    public static Http2Headers toResponse(ResponseHead head) {
        throw new UnsupportedOperationException(head + "");
    }

    public static Http2Headers toTrailers(HeaderBlock fields) {
        throw new UnsupportedOperationException(fields + "");
    }
}
