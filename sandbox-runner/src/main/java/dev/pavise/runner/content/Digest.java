package dev.pavise.runner.content;

import java.util.Optional;
import java.util.regex.Pattern;

/** A SHA-256 digest as 64 lower-case hexadecimal digits, and so a name that is safe as the name of a file. */
public record Digest(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("a SHA-256 digest is 64 lower-case hexadecimal digits");
        }
    }

    /** The digest that stands there; empty where it is none, or one in another spelling. */
    public static Optional<Digest> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new Digest(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return hex;
    }
}
