package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Writes HTTP/1.1 messages (RFC 9112) into a buffer. The framing fields are its own business: it adds the one that the length asks for
 * where the block has none, and refuses a block that names another, so that no mistake of a caller becomes a message with two ends.
 */
public final class Http1Writer {
    private static final byte[] REQUEST_LINE_END = ascii(" HTTP/1.1\r\nhost: ");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
    private static final byte[] CLOSE = ascii("connection: close\r\n");
    private static final byte[] TE = ascii("connection: te\r\n");
    private static final byte[] HEX_DIGITS = ascii("0123456789abcdef");
    private static final byte[][] STATUS_LINES = statusLines();

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
        if (head.status() < 200 || head.status() == 204 || head.status() == 304 || requestMethod.equals("HEAD")) {
            return BodyEnd.NO_BODY;
        }
        if (head.bodyLength() >= 0) {
            return BodyEnd.LENGTH;
        }
        return client == HttpVersion.HTTP_1_0 ? BodyEnd.CLOSE : BodyEnd.CHUNKED;
    }

    /**
     * Writes the head of a request whole: request line, host, fields, the framing field that {@code bodyLength} asks for (chunked where it is
     * {@link RequestHead#UNKNOWN_LENGTH}), empty line.
     *
     * @param fields without host, as {@link Hygiene#toUpstream} makes them
     */
    public static void request(
            ByteBuf out, String method, String target, String authority, HeaderBlock fields, long bodyLength) {
        boolean declared = isDeclared(fields, bodyLength);
        ByteBufUtil.writeAscii(out, method);
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, target);
        out.writeBytes(REQUEST_LINE_END);
        ByteBufUtil.writeAscii(out, authority);
        out.writeBytes(LINE_END);
        fields.writeTo(out);
        if (fields.contains(HeaderName.TE) && !fields.contains(HeaderName.CONNECTION)) {
            out.writeBytes(TE); // RFC 9110, 10.1.4
        }
        if (bodyLength == RequestHead.UNKNOWN_LENGTH) {
            out.writeBytes(CHUNKED);
        } else if (!declared && (bodyLength > 0 || anticipatesBody(method))) {
            contentLength(out, bodyLength);
        }
        out.writeBytes(LINE_END);
    }

    /**
     * Writes the head of an answer whole: status line, fields, framing field, empty line.
     *
     * @param close whether to say {@code connection: close}
     */
    public static void response(ByteBuf out, ResponseHead head, BodyEnd end, boolean close) {
        HeaderBlock fields = head.headers();
        long length = end == BodyEnd.LENGTH ? head.bodyLength() : RequestHead.UNKNOWN_LENGTH;
        boolean declared = end != BodyEnd.NO_BODY && isDeclared(fields, length);
        statusLine(out, head.status());
        fields.writeTo(out);
        if (end == BodyEnd.CHUNKED) {
            out.writeBytes(CHUNKED);
        } else if (end == BodyEnd.LENGTH && !declared) {
            contentLength(out, length);
        }
        if (close) {
            out.writeBytes(CLOSE);
        }
        out.writeBytes(LINE_END);
    }

    /** Begins a chunk of {@code length} bytes, which must not be 0; {@link #chunkEnd} follows behind them. */
    public static void chunkBegin(ByteBuf out, int length) {
        if (length < 1) {
            throw new IllegalArgumentException("a chunk of " + length + " bytes would end the body");
        }
        for (int shift = 28 - Integer.numberOfLeadingZeros(length) / 4 * 4; shift >= 0; shift -= 4) {
            out.writeByte(HEX_DIGITS[length >>> shift & 0xf]);
        }
        out.writeBytes(LINE_END);
    }

    public static void chunkEnd(ByteBuf out) {
        out.writeBytes(LINE_END);
    }

    /** Ends a chunked body without trailers. */
    public static void lastChunk(ByteBuf out) {
        out.writeBytes(LAST_CHUNK);
        out.writeBytes(LINE_END);
    }

    /** Ends a chunked body with these trailers. */
    public static void lastChunk(ByteBuf out, HeaderBlock trailers) {
        out.writeBytes(LAST_CHUNK);
        trailers.writeTo(out);
        out.writeBytes(LINE_END);
    }

    /** Methods whose requests say so when they have no body (RFC 9110, 8.6). */
    private static boolean anticipatesBody(String method) {
        return switch (method) {
            case "POST", "PUT", "PATCH" -> true;
            default -> false;
        };
    }

    /** Whether the block has the content-length already; a block that frames the message otherwise is a mistake of the caller. */
    private static boolean isDeclared(HeaderBlock fields, long bodyLength) {
        int at = fields.indexOf(HeaderName.CONTENT_LENGTH, 0);
        boolean fits = at < 0
                || (Framing.contentLength(fields, at) == bodyLength
                        && fields.indexOf(HeaderName.CONTENT_LENGTH, at + 1) < 0);
        if (!fits || fields.contains(HeaderName.TRANSFER_ENCODING) || fields.contains(HeaderName.HOST)) {
            throw new IllegalArgumentException("the fields frame or address the message otherwise than a body of "
                    + bodyLength + " bytes: " + fields);
        }
        return at >= 0;
    }

    private static void statusLine(ByteBuf out, int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("there is no status " + status);
        }
        out.writeBytes(STATUS_LINES[status]);
    }

    private static void contentLength(ByteBuf out, long length) {
        out.writeBytes(CONTENT_LENGTH);
        long unit = 1;
        while (length / unit >= 10) {
            unit *= 10;
        }
        for (long rest = length; unit > 0; rest %= unit, unit /= 10) {
            out.writeByte('0' + (int) (rest / unit));
        }
        out.writeBytes(LINE_END);
    }

    private static byte[][] statusLines() {
        byte[][] lines = new byte[600][];
        for (int status = 100; status < lines.length; status++) {
            lines[status] = ascii("HTTP/1.1 " + status + " " + ReasonPhrase.of(status) + "\r\n");
        }
        return lines;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
