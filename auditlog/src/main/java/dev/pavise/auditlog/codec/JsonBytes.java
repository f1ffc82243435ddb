package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer that JSON is written into, straight as UTF-8. What it writes is valid JSON on one line whatever it is
 * given: quotes, control characters (also C1 and the Unicode line separators) are escaped, lone surrogates become U+FFFD.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] PLAIN = new boolean[0x7f];

    static {
        Arrays.fill(PLAIN, 0x20, 0x7f, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    private static final byte[] LEAST = ascii(Long.toString(Long.MIN_VALUE));
    /** The most bytes that one char takes: a six-byte escape. */
    private static final int WORST = 6;

    private static final int SLOTS = 128;

    private byte[] bytes = new byte[1024];
    private int length;
    private final @Nullable String[] seen = new String[SLOTS];
    private final byte[] @Nullable [] quoted = new byte[SLOTS][];

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void length(int to) {
        length = to;
    }

    /** The bytes of a text that is known to be ASCII and to need no escape, for {@link #constant}. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes bytes that need no escape. */
    void constant(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void raw(byte value) {
        ensure(1);
        bytes[length++] = value;
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            constant(LEAST);
            return;
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long power = 10; digits < 19 && rest >= power; power *= 10) {
            digits++;
        }
        if (value < 0) {
            raw((byte) '-');
        }
        digits(rest, digits);
    }

    /** Writes the last so many digits of a number that is not negative. */
    void digits(long value, int count) {
        ensure(count);
        long rest = value;
        for (int at = length + count - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    /** Writes a quoted string; what is longer than {@code limit} bytes is cut, and says how many chars are missing. */
    void text(String value, int limit) {
        raw((byte) '"');
        int count = value.length();
        int plain = count <= limit ? plain(value) : 0;
        if (plain < count) {
            int kept = Math.min(plain, Math.max(0, limit - WORST));
            length -= plain - kept;
            charByChar(value, kept, length - kept + limit);
        }
        raw((byte) '"');
    }

    /**
     * Writes what {@link #text} writes, for values that come again and again as the same object: names of things, of connections, of
     * callers. From the second time on it is a copy of bytes. What is kept is bounded, and of one value in each place the latest.
     */
    @SuppressWarnings("ReferenceEquality") // another object of the same text is merely written anew
    void recurring(String value, int limit) {
        if (value.length() > limit / WORST) {
            text(value, limit); // it might have to be cut
            return;
        }
        int hash = value.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        byte[] known = quoted[slot];
        if (seen[slot] != value) {
            seen[slot] = value;
            quoted[slot] = null;
            text(value, limit);
        } else if (known == null) {
            int start = length;
            text(value, limit);
            quoted[slot] = Arrays.copyOfRange(bytes, start, length);
        } else {
            constant(known);
        }
    }

    /** Nearly all values are plain ASCII: copies their beginning as far as it is, and answers how far that was. */
    private int plain(String value) {
        int count = value.length();
        ensure(count);
        byte[] to = bytes;
        int from = length;
        int at = 0;
        while (at < count) {
            char c = value.charAt(at);
            if (!isPlain(c)) {
                break;
            }
            to[from + at++] = (byte) c;
        }
        length = from + at;
        return at;
    }

    private static boolean isPlain(char c) {
        return c < PLAIN.length && PLAIN[c];
    }

    private void charByChar(String value, int from, int end) {
        int count = value.length();
        int at = from;
        while (at < count) {
            if (length + WORST > end) {
                if (fits(value, at, end)) {
                    escape(value, at, count);
                } else {
                    constant(ascii("\\u2026[+" + (count - at) + " chars]"));
                }
                return;
            }
            at = step(value, at);
        }
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
        if (isPlain(c)) {
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
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
