package dev.pavise.proxy.http;

import dev.pavise.proxy.http.Http2Fields.Pseudo;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Between Netty's {@link Http2Headers} and ours, strictly (RFC 9113, 8; RFC 8441): what is read here is safe to write as HTTP/1.1.
 *
 * <p>The DATA of a request is held against its content-length by Netty's decoder of frames. With an upstream's answers, the connection must be made
 * with {@code validateHeaders}, as Netty's list does not keep the order in which pseudo-header fields came.
 */
public final class Http2Heads {
    private static final Refusal NOT_AN_ANSWER =
            malformed("an answer has the pseudo-header field :status, three digits, and no other");
    private static final Refusal NOT_TRAILERS =
            malformed("trailers have no pseudo-header fields, nor fields that belong into the head");
    static final Refusal BAD_LENGTH = new Refusal(
            RefusalCode.AMBIGUOUS_FRAMING,
            "content-length is there twice, is not a number, or differs from the length of the body");

    /** Instead of a length that is no number, or there twice. */
    static final long SENSELESS = Long.MIN_VALUE;

    private Http2Heads() {}

    /** A head that was read, or why it is refused. */
    public sealed interface Read<H> {
        record Whole<H>(H head) implements Read<H> {}

        /** Refused; {@code malformed_request} and {@code ambiguous_framing} are malformed in the sense of RFC 9113, 8.1.1. */
        record Bad<H>(Refusal refusal) implements Read<H> {}
    }

    /** Reads the head of one request, as {@link Http2RequestReader} does; who reads many keeps that. */
    public static Read<RequestHead> request(
            Http2Headers headers, boolean endOfStream, HeaderBlock into, HeadLimits limits, String scheme) {
        return new Http2RequestReader(scheme).read(headers, endOfStream, into, limits);
    }

    /** Reads the head of an upstream's answer to a request of this method. */
    public static Read<ResponseHead> response(
            Http2Headers headers, boolean endOfStream, HeaderBlock into, HeadLimits limits, String requestMethod) {
        Http2Fields fields = new Http2Fields();
        Refusal wrong = fields.read(headers, into, limits);
        int status = status(fields);
        if (wrong == null && status < 0) {
            wrong = NOT_AN_ANSWER;
        }
        boolean noBody = status < 200 || status == 204 || status == 304 || requestMethod.equals("HEAD");
        long declared = declared(into, endOfStream);
        boolean misfit = declared == SENSELESS || (endOfStream && declared > 0 && !noBody);
        if (wrong == null && (misfit || (status < 200 && endOfStream))) {
            wrong = BAD_LENGTH;
        }
        if (wrong != null) {
            return new Read.Bad<>(new Refusal(
                    RefusalCode.UPSTREAM_MALFORMED, "the upstream's answer is not well-formed: " + wrong.detail()));
        }
        return new Read.Whole<>(new ResponseHead(status, noBody ? 0 : declared, into));
    }

    /** Reads trailers, of either side, into a block, which is cleared first; null where they are fit. */
    public static @Nullable Refusal trailers(Http2Headers headers, HeaderBlock into, HeadLimits limits) {
        Http2Fields fields = new Http2Fields();
        Refusal wrong = fields.read(headers, into, limits);
        if (wrong == null && fields.pseudoCount() > 0) {
            wrong = NOT_TRAILERS;
        }
        for (int i = 0; i < into.size() && wrong == null; i++) {
            wrong = FieldKind.fitsTrailers(into, i) ? null : NOT_TRAILERS;
        }
        return wrong;
    }

    /** The head of a request for an HTTP/2 upstream; a copy, so the block may be used again. */
    public static Http2Headers toRequest(
            String method, String scheme, String authority, String target, HeaderBlock fields) {
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                AsciiString.of(method),
                AsciiString.of(target),
                AsciiString.of(scheme),
                AsciiString.of(authority),
                fields.toPairs(Http2Heads::isForHttp1));
    }

    public static Http2Headers toTrailers(HeaderBlock fields) {
        return ReadOnlyHttp2Headers.trailers(false, fields.toPairs(Http2Heads::isForHttp1));
    }

    /** What HTTP/2 has no use for, or expresses otherwise. */
    static boolean isForHttp1(HeaderName name) {
        return (name.kind() == FieldKind.HOP_BY_HOP && name != HeaderName.TE)
                || name == HeaderName.SEC_WEBSOCKET_ACCEPT;
    }

    /** The declared length; unknown where there is none and a body follows; {@link #SENSELESS} where it makes no sense. */
    static long declared(HeaderBlock block, boolean endOfStream) {
        int at = block.indexOf(HeaderName.CONTENT_LENGTH, 0);
        if (at < 0) {
            return endOfStream ? 0 : RequestHead.UNKNOWN_LENGTH;
        }
        long length = Framing.contentLength(block, at);
        return length < 0 || block.indexOf(HeaderName.CONTENT_LENGTH, at + 1) >= 0 ? SENSELESS : length;
    }

    private static int status(Http2Fields fields) {
        AsciiString status = fields.get(Pseudo.STATUS);
        if (status == null || fields.pseudoCount() != 1 || status.length() != 3) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < 3; i++) {
            if (!Octets.isDigit(status.byteAt(i))) {
                return -1;
            }
            number = number * 10 + status.byteAt(i) - '0';
        }
        return number >= 100 && number < 600 && number != 101 ? number : -1;
    }

    private static Refusal malformed(String detail) {
        return new Refusal(RefusalCode.MALFORMED_REQUEST, detail);
    }
}
