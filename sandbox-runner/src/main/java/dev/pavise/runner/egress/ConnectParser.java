package dev.pavise.runner.egress;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the head of a CONNECT request (RFC 9110, section 9.3.6; RFC 9112) in the one way that it can be read, and refuses what could be
 * read in two: other line ends than CRLF, folded lines, space before a colon, a body, a {@code Host} that says something else than the
 * request line. Pure; what it answers depends on the bytes alone and not on how they were cut.
 */
final class ConnectParser {
    /** The longest head. */
    static final int LONGEST = 8 * 1024;

    private static final int MOST_FIELDS = 64;
    private static final Pattern REQUEST_LINE = Pattern.compile("([!-~]{1,32}) ([!-~]+) HTTP/1\\.([01])");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private ConnectParser() {}

    /** What the bytes are so far. */
    sealed interface Progress {
        /** The beginning of something. */
        record More() implements Progress {}

        /** Nothing that will become a request, whatever comes next. */
        record Bad(Denial denial) implements Progress {}

        /**
         * A whole head.
         *
         * @param target {@code host:port} as it was written
         * @param length of the head; what follows is for the host
         */
        record Connect(String target, int length) implements Progress {}
    }

    /** Looks at the first bytes of a connection. */
    static Progress look(byte[] bytes, int length) {
        for (int at = 0; at < Math.min(length, LONGEST); at++) {
            byte one = bytes[at];
            boolean afterReturn = at > 0 && bytes[at - 1] == '\r';
            if (afterReturn != (one == '\n')) {
                return bad("a line of the request does not end in CRLF");
            }
            if (!isText(one)) {
                return bad("the request holds a byte that is no text; this is an HTTP proxy for CONNECT");
            }
            if (one == '\n' && at == 1) {
                return bad("the request begins with an empty line");
            }
            if (one == '\n' && at >= 3 && bytes[at - 2] == '\n') {
                return head(new String(bytes, 0, at - 3, StandardCharsets.US_ASCII), at + 1);
            }
        }
        return length < LONGEST
                ? new Progress.More()
                : new Progress.Bad(
                        Denial.refused(431, "http_request_error", "the request is longer than " + LONGEST + " bytes"));
    }

    private static boolean isText(byte one) {
        return (one >= ' ' && one < 0x7F) || one == '\r' || one == '\n' || one == '\t';
    }

    private static Progress head(String text, int length) {
        List<String> lines = List.of(text.split("\r\n", -1));
        Matcher first = REQUEST_LINE.matcher(lines.getFirst());
        if (!first.matches()) {
            return bad("the first line is no request of HTTP/1.1");
        }
        if (!first.group(1).equals("CONNECT")) {
            return new Progress.Bad(Denial.refused(
                    405, "http_request_denied", "only CONNECT leads out of the sandbox; use https, or tunnel http"));
        }
        if (lines.size() - 1 > MOST_FIELDS) {
            return bad("the request has more than " + MOST_FIELDS + " header fields");
        }
        String target = first.group(2);
        int hosts = 0;
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
                return bad("a header field is not of its form");
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "host" -> {
                    hosts++;
                    if (!names(target, value)) {
                        return bad("the Host header says something else than the request line");
                    }
                }
                case "transfer-encoding" -> {
                    return bad("a CONNECT request has no body");
                }
                case "content-length" -> {
                    if (!value.equals("0")) {
                        return bad("a CONNECT request has no body");
                    }
                }
                default -> {} // nothing of the head goes any further
            }
        }
        boolean needsHost = first.group(3).equals("1");
        return hosts > 1 || (hosts == 0 && needsHost)
                ? bad("the request needs one Host header")
                : new Progress.Connect(target, length);
    }

    // With the port or without it: both are in use.
    private static boolean names(String target, String host) {
        int colon = target.lastIndexOf(':');
        return host.equalsIgnoreCase(target) || (colon > 0 && host.equalsIgnoreCase(target.substring(0, colon)));
    }

    private static Progress bad(String reason) {
        return new Progress.Bad(Denial.malformed(reason));
    }
}
