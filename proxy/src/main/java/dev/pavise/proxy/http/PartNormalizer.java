package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings the path or the query of one target into normal form (RFC 3986, 6.2.2). In a path whatever may stand unescaped is unescaped, in a
 * query unreserved characters only, as there an escaped delimiter is data; what remains escaped has its digits in upper case. A part that
 * is normal already, as nearly all are, is not copied.
 */
final class PartNormalizer {
    private final boolean isPath;
    private byte[] normal = {};
    private int start;
    private int end;
    private @Nullable String wrong;

    private PartNormalizer(boolean isPath) {
        this.isPath = isPath;
    }

    static PartNormalizer ofPath() {
        return new PartNormalizer(true);
    }

    static PartNormalizer ofQuery() {
        return new PartNormalizer(false);
    }

    /** Reads the part from {@code from} to {@code to}; false where it is refused. */
    boolean read(byte[] source, int from, int to) {
        normal = source;
        start = from;
        end = to;
        int at = from;
        while (at < to && mayStand(source[at])) {
            at++;
        }
        if (at < to) {
            normalize(source, at);
        }
        if (wrong == null && isPath) {
            wrong = wrongSegment();
        }
        return wrong == null;
    }

    /** The part in its normal form. */
    String text() {
        return new String(normal, start, end - start, StandardCharsets.US_ASCII);
    }

    Refusal refusal() {
        return new Refusal(
                isPath ? RefusalCode.AMBIGUOUS_PATH : RefusalCode.MALFORMED_REQUEST,
                (isPath ? "the path " : "the query ") + Objects.requireNonNull(wrong, "nothing was refused"));
    }

    private boolean mayStand(byte octet) {
        return isPath ? Octets.isPath(octet) : Octets.isQuery(octet);
    }

    /** From the first byte on that may not stand as it is. */
    private void normalize(byte[] source, int from) {
        byte[] out = new byte[start == end ? 0 : (end - start) * 3]; // each byte may have to be escaped
        int length = from - start;
        System.arraycopy(source, start, out, 0, length);
        int at = from;
        while (at < end && wrong == null) {
            byte octet = source[at];
            if (mayStand(octet)) {
                out[length++] = octet;
                at++;
            } else if (octet == '%') {
                int behind = escape(source, at);
                length = copyEscapes(source, at, behind, out, length);
                at = behind;
            } else if (!isPath && isTolerated(octet)) {
                length = putEscape(out, length, octet);
                at++;
            } else {
                wrong = "holds a character that must not stand there unescaped";
            }
        }
        normal = out;
        start = 0;
        end = length;
        if (wrong == null && isPath && hasDoubleEscape()) {
            wrong = "is escaped twice; send a percent sign that is meant as such without hexadecimal digits behind it";
        }
    }

    /** What is not allowed in a query by the book, sent by browsers and common clients, and read in one way: it is escaped for them. */
    private static boolean isTolerated(byte octet) {
        return octet == '['
                || octet == ']'
                || octet == '{'
                || octet == '}'
                || octet == '|'
                || octet == '^'
                || octet == '`';
    }

    /** Checks the escaped character that begins here; returns the place behind it (several escapes, where it is not ASCII). */
    private int escape(byte[] source, int at) {
        int value = escapedByte(source, at);
        if (value < 0) {
            wrong = "holds a percent sign without two hexadecimal digits";
        } else if (value >= 0x80) {
            return multiByte(source, at, value);
        } else if (isPath && (value < ' ' || value == 0x7f)) {
            wrong = "holds an escaped control character";
        } else if (value == 0 || value == '\r' || value == '\n') {
            wrong = "holds an escaped NUL, CR or LF";
        } else if (isPath && (value == '/' || value == '\\' || value == ';')) {
            wrong = "holds an escaped slash, backslash or semicolon";
        }
        return at + 3;
    }

    /** Checks one character of UTF-8 (RFC 3629): whole, no longer than needed, no surrogate. */
    private int multiByte(byte[] source, int at, int lead) {
        int more = lead >= 0xc2 && lead <= 0xdf
                ? 1
                : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
        int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        int next = at + 3;
        boolean fits = more > 0;
        for (int i = 0; i < more && fits; i++, next += 3) {
            int value = escapedByte(source, next);
            fits = value >= (i == 0 ? lowest : 0x80) && value <= (i == 0 ? highest : 0xbf);
        }
        if (!fits) {
            wrong = "holds escaped bytes that are not UTF-8";
        }
        return next;
    }

    /** The byte that is escaped at this place, or -1. */
    private int escapedByte(byte[] source, int at) {
        if (at + 2 >= end || source[at] != '%') {
            return -1;
        }
        int high = Octets.hexValue(source[at + 1]);
        int low = Octets.hexValue(source[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private int copyEscapes(byte[] source, int from, int to, byte[] out, int length) {
        int behind = length;
        for (int at = from; at < to && wrong == null; at += 3) {
            byte value = (byte) escapedByte(source, at);
            if (isPath ? Octets.isPath(value) : Octets.isUnreserved(value)) {
                out[behind++] = value;
            } else {
                behind = putEscape(out, behind, value);
            }
        }
        return behind;
    }

    private static int putEscape(byte[] out, int at, byte value) {
        out[at] = '%';
        out[at + 1] = upperHex(value >> 4 & 0xf);
        out[at + 2] = upperHex(value & 0xf);
        return at + 3;
    }

    private static byte upperHex(int digit) {
        return (byte) (digit < 10 ? '0' + digit : 'A' + digit - 10);
    }

    /** Looked for in the normal form, where {@code %25%32%66} has become {@code %252f}. */
    private boolean hasDoubleEscape() {
        for (int at = start; at + 4 < end; at++) {
            if (normal[at] == '%'
                    && normal[at + 1] == '2'
                    && normal[at + 2] == '5'
                    && Octets.hexValue(normal[at + 3]) >= 0
                    && Octets.hexValue(normal[at + 4]) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** One dot or two, also with escaped spaces around them, which some file systems leave out. */
    private boolean isDots(int from, int to) {
        int begin = from;
        int behind = to;
        while (isSpace(begin, behind)) {
            begin += 3;
        }
        while (isSpace(behind - 3, behind) && behind - 3 >= begin) {
            behind -= 3;
        }
        int length = behind - begin;
        return length > 0 && length < 3 && normal[begin] == '.' && normal[behind - 1] == '.';
    }

    private boolean isSpace(int at, int limit) {
        return at >= start && at + 3 <= limit && normal[at] == '%' && normal[at + 1] == '2' && normal[at + 2] == '0';
    }

    /** Looked for in the normal form, where all spellings of a dot are one. */
    private @Nullable String wrongSegment() {
        int segment = start + 1;
        for (int at = start + 1; at <= end; at++) {
            if (at < end && normal[at] != '/') {
                continue;
            }
            int length = at - segment;
            if (length == 0 && at < end) {
                return "has an empty segment (//)";
            }
            if (isDots(segment, at)) {
                return "has a dot segment; send the path that it stands for";
            }
            segment = at + 1;
        }
        return null;
    }
}
