package dev.pavise.runner.server;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for.
 *
 * @param contentLength -1 where it is not announced
 */
record RequestHead(String method, String path, String accept, long contentLength, boolean expectsContinue) {
    static RequestHead of(Http2Headers headers) {
        return new RequestHead(
                text(headers.method()),
                text(headers.path()),
                text(headers.get("accept")),
                length(headers.get("content-length")),
                text(headers.get("expect")).equalsIgnoreCase("100-continue"));
    }

    private static String text(@Nullable CharSequence value) {
        return Objects.toString(value, "");
    }

    // Netty has refused what is no number, and holds the body to what is one.
    private static long length(@Nullable CharSequence value) {
        try {
            return value == null ? -1 : Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
