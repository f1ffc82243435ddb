package dev.pavise.proxy.server;

import java.nio.charset.StandardCharsets;

/** Field lines and ends of HTTP/1.1 messages that never change. */
final class Lines {
    static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    static final byte[] NO_LENGTH = ascii("content-length: 0\r\n");
    static final byte[] CLOSE = ascii("connection: close\r\n");
    static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
    static final byte[] SWITCH = ascii("connection: upgrade\r\nupgrade: websocket\r\n\r\n");
    static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    static final byte[] CRLF = ascii("\r\n");

    private Lines() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
