package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as an upstream is to see it.
 *
 * @param method as the client sent it; a switch to another protocol goes out as GET whatever stands here
 * @param target path and query in normal form
 * @param authority becomes Host or {@code :authority}
 * @param scheme becomes {@code :scheme}
 * @param headers end-to-end fields, cleaned of what must not pass; framing fields (host, content-length, transfer-encoding, connection and
 *     kin) are put in by the forwarder, which changes the block. It must stay as it is until the exchange is over
 * @param bodyLength bytes of the body, 0 for a request that ends with its head, or {@link dev.pavise.proxy.http.RequestHead#UNKNOWN_LENGTH}
 * @param protocol lower-case protocol to switch to, or null
 * @param headLast whether nothing follows the head; a hint only: what {@code bodyLength} says is what is sent
 */
public record ForwardRequest(
        String method,
        String target,
        String authority,
        String scheme,
        HeaderBlock headers,
        long bodyLength,
        @Nullable String protocol,
        boolean headLast) {
    public ForwardRequest {
        if (protocol != null && !protocol.equals("websocket")) {
            throw new IllegalArgumentException(
                    "protocol `" + protocol + "` cannot be switched to; only `websocket` can");
        }
    }

    /** Whether the request is whole with its head; then a body or trailers that come all the same are not sent. */
    boolean endsWithHead() {
        return bodyLength == 0 && protocol == null;
    }
}
