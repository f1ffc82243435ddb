package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request line: method, one space, target, one space, version (RFC 9112, 3). Nothing else is accepted. Its parts can be fetched until
 * the next line is read.
 */
final class RequestLine {
    /** What a line has besides its target: the longest method, two spaces, the version. */
    static final int FRAME_LENGTH = 24 + 2 + "HTTP/1.1".length();

    private static final int LONGEST_METHOD = 24;
    private static final List<String> KNOWN_METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "QUERY");
    private static final Set<String> NOT_FORWARDED = Set.of("CONNECT", "TRACE");
    private static final int VERSION_LENGTH = "HTTP/1.1".length();

    private static final Refusal MALFORMED = new Refusal(
            RefusalCode.MALFORMED_REQUEST,
            "the request line is not a method, a target and a version with one space between");
    private static final Refusal BAD_METHOD = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "the method is not a token of at most " + LONGEST_METHOD + " characters");
    private static final Refusal OTHER_METHOD = new Refusal(
            RefusalCode.UNSUPPORTED_METHOD,
            "CONNECT, TRACE and methods that differ from a known one in case alone are not forwarded");
    private static final Refusal OTHER_VERSION =
            new Refusal(RefusalCode.UNSUPPORTED_VERSION, "this connection speaks HTTP/1.1 and HTTP/1.0");

    private String method = "";
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int targetStart;
    private int targetLength;

    /** Reads a line; returns why it is refused, or null. */
    @Nullable
    Refusal read(byte[] line, int length) {
        int methodEnd = 0;
        while (methodEnd < length && line[methodEnd] != ' ') {
            methodEnd++;
        }
        if (!isMethod(line, 0, methodEnd)) {
            return BAD_METHOD;
        }
        if (methodEnd == length) {
            return MALFORMED;
        }
        targetStart = methodEnd + 1;
        int targetEnd = targetStart;
        while (targetEnd < length && (line[targetEnd] > ' ' || line[targetEnd] < 0) && line[targetEnd] != 0x7f) {
            targetEnd++;
        }
        targetLength = targetEnd - targetStart;
        if (targetLength == 0 || targetEnd == length || line[targetEnd] != ' ') {
            return MALFORMED;
        }
        Refusal badVersion = readVersion(line, targetEnd + 1, length);
        if (badVersion != null) {
            return badVersion;
        }
        method = method(line, methodEnd);
        return isForwarded(method) ? null : OTHER_METHOD;
    }

    /** Whether these bytes can be a method at all. */
    static boolean isMethod(byte[] source, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!Octets.isToken(source[i])) {
                return false;
            }
        }
        return length > 0 && length <= LONGEST_METHOD;
    }

    String method() {
        return method;
    }

    HttpVersion version() {
        return version;
    }

    int targetStart() {
        return targetStart;
    }

    int targetLength() {
        return targetLength;
    }

    /**
     * Whether requests of this method are forwarded. A method that differs from a known one in case alone is another method by the book,
     * and the same to many an origin; TRACE would show the caller what the gateway adds for the upstream alone.
     */
    static boolean isForwarded(String method) {
        String upper = method.toUpperCase(Locale.ROOT);
        return KNOWN_METHODS.contains(upper) ? upper.equals(method) : !NOT_FORWARDED.contains(upper);
    }

    private @Nullable Refusal readVersion(byte[] line, int start, int length) {
        if (length - start != VERSION_LENGTH
                || line[start] != 'H'
                || line[start + 1] != 'T'
                || line[start + 2] != 'T'
                || line[start + 3] != 'P'
                || line[start + 4] != '/'
                || !Octets.isDigit(line[start + 5])
                || line[start + 6] != '.'
                || !Octets.isDigit(line[start + 7])) {
            return MALFORMED;
        }
        if (line[start + 5] != '1' || line[start + 7] > '1') {
            return OTHER_VERSION;
        }
        version = line[start + 7] == '1' ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
        return null;
    }

    /** One and the same string for each known method, so that most requests make none. */
    private static String method(byte[] line, int length) {
        for (int i = 0; i < KNOWN_METHODS.size(); i++) {
            String known = KNOWN_METHODS.get(i);
            if (known.length() == length && matches(line, known)) {
                return known;
            }
        }
        return new String(line, 0, length, StandardCharsets.US_ASCII);
    }

    private static boolean matches(byte[] line, String known) {
        for (int i = 0; i < known.length(); i++) {
            if (line[i] != known.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
