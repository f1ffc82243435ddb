package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;

/**
 * A growing buffer that JSON is written into, straight as UTF-8. What it writes is valid JSON on one line whatever it is
 * given: quotes, control characters (also C1 and the Unicode line separators) are escaped, lone surrogates become U+FFFD.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** The most bytes that one char takes: a six-byte escape. */
    private static final int WORST = 6;

    private byte[] bytes = new byte[1024];
    private int length;

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void length(int to) {
        length = to;
    }

    /** Writes text that is known to be ASCII and to need no escape. */
    void ascii(String text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void raw(byte value) {
        ensure(1);
        bytes[length++] = value;
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        ensure(20);
        long rest = Math.abs(value);
        int digits = 1;
        for (long power = 10; digits < 19 && rest >= power; power *= 10) {
            digits++;
        }
        if (value < 0) {
            bytes[length++] = '-';
        }
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** Writes a quoted string; what is longer than {@code limit} bytes is cut, and says how many chars are missing. */
    void text(String value, int limit) {
        raw((byte) '"');
        int end = length + limit;
        int count = value.length();
        int at = 0;
        while (at < count) {
            if (length + WORST > end) {
                if (fits(value, at, end)) {
                    escape(value, at, count);
                } else {
                    ascii("\\u2026[+" + (count - at) + " chars]");
                }
                break;
            }
            at = step(value, at);
        }
        raw((byte) '"');
    }

    private boolean fits(String value, int at, int end) {
        int mark = length;
        int next = at;
        while (next < value.length() && length <= end) {
            next = step(value, next);
        }
        boolean fits = length <= end;
        length = mark;
        return fits;
    }

    private void escape(String value, int from, int to) {
        for (int at = from; at < to; ) {
            at = step(value, at);
        }
    }

    /** Writes what stands at {@code at} and returns the place behind it. */
    private int step(String value, int at) {
        ensure(WORST);
        char c = value.charAt(at);
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            bytes[length++] = (byte) c;
            return at + 1;
        }
        if (c < 0xa0 || c == '\u2028' || c == '\u2029') {
            escaped(c);
            return at + 1;
        }
        if (Character.isHighSurrogate(c) && at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))) {
            four(Character.toCodePoint(c, value.charAt(at + 1)));
            return at + 2;
        }
        multi(Character.isSurrogate(c) ? '\uFFFD' : c);
        return at + 1;
    }

    private void escaped(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    bytes[length++] = HEX[(c >> shift) & 0xf];
                }
            }
        }
    }

    private void multi(char c) {
        if (c < 0x800) {
            bytes[length++] = (byte) (0xc0 | (c >> 6));
        } else {
            bytes[length++] = (byte) (0xe0 | (c >> 12));
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
    }

    private void four(int codePoint) {
        bytes[length++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    void hex(long value, int digits) {
        ensure(digits);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (value >>> shift) & 0xf];
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = java.util.Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
