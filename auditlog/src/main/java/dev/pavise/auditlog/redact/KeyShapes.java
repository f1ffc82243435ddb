package dev.pavise.auditlog.redact;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds API keys by their look, known or not: one of some prefixes, and letters and digits enough for a secret behind it. */
final class KeyShapes implements Search {
    /** Fewer than a key has, and more than its id alone. */
    private static final int LEAST = 24;

    private final List<String> prefixes;

    KeyShapes(List<String> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    @Override
    public int least() {
        return prefixes.stream()
                .mapToInt(prefix -> prefix.length() + LEAST)
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    @Override
    public @Nullable Found find(String text, int from) {
        for (String prefix : prefixes) {
            for (int at = text.indexOf(prefix, from); at >= 0; at = text.indexOf(prefix, at + 1)) {
                int end = end(text, at + prefix.length());
                if (end - at - prefix.length() >= LEAST) {
                    return new Found(at, end, text.substring(at, end));
                }
            }
        }
        return null;
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
