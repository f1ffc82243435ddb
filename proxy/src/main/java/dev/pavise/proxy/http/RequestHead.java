package dev.pavise.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * The head of a request in its one normal form: what the gate judges is what is forwarded. Made only by the strict parsers, which have
 * refused everything ambiguous.
 *
 * @param method in the client's spelling; methods are case-sensitive (RFC 9110, 9.1)
 * @param scheme {@code https}, or {@code http} on a door without TLS
 * @param host lower-case host name or address literal of Host or {@code :authority}, without the port
 * @param authority host and, where the client sent one, port
 * @param path normal path: begins with a slash, no dot segments, no empty segments, percent-encodings only where needed and in upper case
 * @param query what stands behind the question mark, or null where there is none
 * @param bodyLength bytes of the body where declared (0 for none), or {@link #UNKNOWN_LENGTH} for a body that ends when it ends
 * @param protocol lower-case protocol that the client asks to switch to ({@code websocket}: RFC 6455, RFC 8441), or null
 * @param keepAlive whether an HTTP/1 client will send another request on this connection
 * @param expectsContinue whether the client waits for 100 (Continue) before it sends the body
 * @param headers the fields without pseudo-header fields; a view that is valid until the exchange is over
 */
public record RequestHead(
        HttpVersion version,
        String method,
        String scheme,
        String host,
        String authority,
        String path,
        @Nullable String query,
        long bodyLength,
        @Nullable String protocol,
        boolean keepAlive,
        boolean expectsContinue,
        HeaderBlock headers) {
    /** The length of a chunked body, or of an HTTP/2 body without a content-length. */
    public static final long UNKNOWN_LENGTH = -1;

    public boolean hasBody() {
        return bodyLength != 0;
    }

    /** Path and query, as they go on the wire. */
    public String target() {
        return query == null ? path : path + "?" + query;
    }
}
