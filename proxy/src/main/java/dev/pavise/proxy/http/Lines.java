package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Takes whole lines out of a buffer. A line ends with CR LF and nothing else; what comes without its end is left in the buffer, and not
 * searched again when more has come.
 */
final class Lines {
    /** No line is whole yet. */
    static final int UNFINISHED = -1;

    /** The line is longer than it may be, whether or not it is whole. */
    static final int TOO_LONG = -2;

    /** A line feed without its carriage return. */
    static final int BARE_LINE_FEED = -3;

    private static final int SMALL = 16 * 1024;

    private byte[] bytes = new byte[256];
    private int searched;

    /** The line that was taken last, at the front of an array that is used again. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether the array has stayed small enough to be kept for later. */
    boolean isSmall() {
        return bytes.length <= SMALL;
    }

    /**
     * Takes the next line.
     *
     * @param limit most bytes of a line without its end
     * @return its length without its end, or one of the constants above
     */
    int next(ByteBuf in, int limit) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        int reach = (int) Math.min(readable, limit + 2L);
        int end = searched < reach ? in.indexOf(start + searched, start + reach, (byte) '\n') : -1;
        if (end < 0) {
            searched = reach;
            return readable >= limit + 2L ? TOO_LONG : UNFINISHED;
        }
        searched = 0;
        int length = end - start;
        if (length == 0 || in.getByte(end - 1) != '\r') {
            return BARE_LINE_FEED;
        }
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, bytes.length * 2)];
        }
        in.readBytes(bytes, 0, length);
        in.skipBytes(1);
        return length - 1;
    }
}
