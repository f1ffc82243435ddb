package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/** Writes HTTP/1.1 messages (RFC 9112) into a buffer; adds the framing fields that the block does not have. */
@SuppressWarnings("DoNotCallSuggester")
public final class Http1Writer {
    private Http1Writer() {}

    /** How the end of an answer's body is told to an HTTP/1 client. */
    public enum BodyEnd {
        /** There is no body whatever the fields say: answers to HEAD, 1xx, 204, 304. The fields stay as they are. */
        NO_BODY,
        /** By content-length, which is added where the fields have none. */
        LENGTH,
        /** By the chunked coding, which is named in the head; the body goes out with the chunk methods. */
        CHUNKED,
        /** By closing the connection. */
        CLOSE
    }

    /** How the end of this answer's body has to be told to a client of this version. */
    public static BodyEnd bodyEnd(ResponseHead head, String requestMethod, HttpVersion client) {
        throw new UnsupportedOperationException(head + requestMethod + client);
    }

    /**
     * Writes the head of a request whole: request line, host, fields, the framing field that {@code bodyLength} asks for (chunked where it is
     * {@link RequestHead#UNKNOWN_LENGTH}), empty line.
     *
     * @param fields without host, as {@link Hygiene#toUpstream} makes them
     */
    public static void request(
            ByteBuf out, String method, String target, String authority, HeaderBlock fields, long bodyLength) {
        throw new UnsupportedOperationException(out + method + target + authority + fields + bodyLength);
    }

    /**
     * Writes the head of an answer whole: status line, fields, framing field, empty line.
     *
     * @param close whether to say {@code connection: close}
     */
    public static void response(ByteBuf out, ResponseHead head, BodyEnd end, boolean close) {
        throw new UnsupportedOperationException(out + "" + head + end + close);
    }

    /** Begins a chunk of {@code length} bytes, which must not be 0; {@link #chunkEnd} follows behind them. */
    public static void chunkBegin(ByteBuf out, int length) {
        throw new UnsupportedOperationException(out + "" + length);
    }

    public static void chunkEnd(ByteBuf out) {
        throw new UnsupportedOperationException(out + "");
    }

    /** Ends a chunked body without trailers. */
    public static void lastChunk(ByteBuf out) {
        throw new UnsupportedOperationException(out + "");
    }

    /** Ends a chunked body with these trailers. */
    public static void lastChunk(ByteBuf out, HeaderBlock trailers) {
        throw new UnsupportedOperationException(out + "" + trailers);
    }
}
