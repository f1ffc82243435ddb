package dev.pavise.auditlog.export;

import java.nio.charset.StandardCharsets;

/**
 * Writes one CEF line. In the header {@code |} and {@code \} are escaped and line ends become spaces; in the extension {@code =}
 * and {@code \} are escaped and line ends written as {@code \n} and {@code \r}. So no value can end its field or its line.
 */
final class CefLine {
    private final StringBuilder line = new StringBuilder(512);
    private boolean extended;

    CefLine header(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '|' || c == '\\') {
                line.append('\\').append(c);
            } else {
                line.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
        line.append('|');
        return this;
    }

    CefLine field(String name, String value) {
        if (extended) {
            line.append(' ');
        }
        extended = true;
        line.append(name).append('=');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '=', '\\' -> line.append('\\').append(c);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
        return this;
    }

    /** The text as a field can hold it: without other control characters, and without spaces at its ends, which readers drop. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean lineEnd = c == '\n' || c == '\r';
            clean.append((Character.isISOControl(c) && !lineEnd) || c == '\u2028' || c == '\u2029' ? '\uFFFD' : c);
        }
        return clean.toString().strip();
    }

    byte[] bytes() {
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }
}
