package dev.pavise.policy;

/** Text of a stranger, made fit to stand inside a message: short, and without control characters. */
public final class Quoted {
    private static final int MAX = 80;

    private Quoted() {}

    public static String of(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX) + 3);
        for (int at = 0; at < text.length() && at < MAX; at++) {
            char c = text.charAt(at);
            safe.append(isPlain(c) ? c : '?');
        }
        return text.length() > MAX ? safe.append("...").toString() : safe.toString();
    }

    /** Whether the text can stand in a log line or a header of another protocol without changing its meaning. */
    public static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isHighSurrogate(c)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))) {
                if (!isPlainType(Character.getType(text.codePointAt(at)))) {
                    return false;
                }
                at++;
            } else if (!isPlain(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return isPlainType(Character.getType(c));
    }

    // FORMAT holds the marks that turn the writing direction, with which one name can be made to look like another.
    private static boolean isPlainType(int type) {
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED;
    }
}
