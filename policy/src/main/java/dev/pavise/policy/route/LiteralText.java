package dev.pavise.policy.route;

import java.util.HexFormat;
import java.util.Optional;

/** Which literal segments can occur in a path in normal form (RFC 3986, sections 3.3 and 6.2.2). */
final class LiteralText {
    private static final String UNRESERVED = "-._~";
    private static final String OTHERS = "!$&'()+,=:@";

    // Encoded, these are read differently by different servers; a request that has one is refused before it is routed.
    private static final String NEVER_ENCODED = "/\\%;\0";

    private LiteralText() {}

    /** Why the literal can never occur, or nothing. */
    static Optional<String> check(String literal) {
        if (literal.equals(".") || literal.equals("..")) {
            return Optional.of("has a dot segment, which no path in normal form has");
        }
        for (int at = 0; at < literal.length(); at++) {
            char c = literal.charAt(at);
            if (c == '%') {
                if (!isNeededEscape(literal, at)) {
                    return Optional.of("has a percent escape that no path in normal form has, "
                            + "escape in upper case and only what has to be");
                }
                at += 2;
            } else if (c == '*' || c == '{' || c == '}') {
                return Optional.of("has `" + c + "` inside a segment, `{name}` and `**` stand for whole segments");
            } else if (!isUnreserved(c) && OTHERS.indexOf(c) < 0) {
                return Optional.of("has a character that no path in normal form has");
            }
        }
        return Optional.empty();
    }

    private static boolean isNeededEscape(String literal, int at) {
        if (at + 2 >= literal.length() || !isUpperHex(literal.charAt(at + 1)) || !isUpperHex(literal.charAt(at + 2))) {
            return false;
        }
        char meant = (char) HexFormat.fromHexDigits(literal, at + 1, at + 3);
        return !isUnreserved(meant) && NEVER_ENCODED.indexOf(meant) < 0;
    }

    private static boolean isUpperHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }
}
