package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import java.util.List;

/** The fields of a request that belong to one connection, which are the forwarder's alone to write. */
final class RequestFields {
    private static final List<HeaderName> OF_THE_CONNECTION = List.of(
            HeaderName.HOST,
            HeaderName.CONTENT_LENGTH,
            HeaderName.TRANSFER_ENCODING,
            HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE,
            HeaderName.PROXY_CONNECTION,
            HeaderName.UPGRADE,
            HeaderName.HTTP2_SETTINGS);

    private RequestFields() {}

    /** Takes out every field that says how the message is framed or what becomes of the connection, wherever it came from. */
    static HeaderBlock cleaned(HeaderBlock headers) {
        for (int i = 0; i < OF_THE_CONNECTION.size(); i++) {
            headers.removeAll(OF_THE_CONNECTION.get(i));
        }
        return headers;
    }
}
