package dev.pavise.auditlog.redact;

import org.jspecify.annotations.Nullable;

/**
 * A text with one layer of escapes undone, which knows where each of its characters came from. What is malformed stays as it is; an
 * encoded byte becomes the character of its number.
 */
final class Spelled {
    /** A way of writing characters as others. */
    enum Layer {
        /** {@code %2B} (RFC 3986). */
        PERCENT,
        /** The same, and {@code +} for a space, as forms write it. */
        FORM,
        /** A backslash before a character or its number (RFC 8259). */
        JSON
    }

    private final StringBuilder chars = new StringBuilder();
    private final int[] starts;

    private Spelled(int most) {
        starts = new int[most + 1];
    }

    /** Whether a text may have escapes at all. */
    static boolean mayBe(String text) {
        return text.indexOf('%') >= 0 || text.indexOf('+') >= 0 || text.indexOf('\\') >= 0;
    }

    /** The text with a layer undone; null where there is nothing to undo. */
    static @Nullable Spelled undo(String text, Layer layer) {
        Spelled undone = new Spelled(text.length());
        int at = 0;
        while (at < text.length()) {
            int taken = layer == Layer.JSON ? json(text, at) : percent(text, at);
            char c = text.charAt(at);
            if (taken == 3) {
                c = (char) Integer.parseInt(text, at + 1, at + 3, 16);
            } else if (taken == 6) {
                c = (char) Integer.parseInt(text, at + 2, at + 6, 16);
            } else if (taken == 2) {
                c = meant(text.charAt(at + 1));
            } else if (layer == Layer.FORM && c == '+') {
                c = ' ';
            }
            undone.put(c, at);
            at += taken;
        }
        undone.starts[undone.chars.length()] = text.length();
        return undone.text().equals(text) ? null : undone;
    }

    private static int percent(String text, int at) {
        return text.charAt(at) == '%' && isHex(text, at + 1, 2) ? 3 : 1;
    }

    private static int json(String text, int at) {
        if (text.charAt(at) != '\\' || at + 1 >= text.length()) {
            return 1;
        }
        return text.charAt(at + 1) == 'u' && isHex(text, at + 2, 4) ? 6 : 2;
    }

    private static char meant(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }

    private static boolean isHex(String text, int from, int count) {
        if (from + count > text.length()) {
            return false;
        }
        for (int i = from; i < from + count; i++) {
            char c = text.charAt(i);
            if (c > 'f' || Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private void put(char c, int start) {
        starts[chars.length()] = start;
        chars.append(c);
    }

    /** Where the character at {@code index}, or the end, came from. */
    int start(int index) {
        return starts[index];
    }

    String text() {
        return chars.toString();
    }
}
