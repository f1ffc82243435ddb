package dev.pavise.policy.signing;

import dev.pavise.policy.Quoted;
import java.util.regex.Pattern;

/**
 * The name that a key has of itself: the SHA-256 of its SubjectPublicKeyInfo, in lower-case hex, as
 * {@code openssl pkey -pubin -in KEY -outform DER | sha256sum} prints it.
 */
public record KeyId(String text) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public KeyId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "`" + Quoted.of(text) + "` is no key id, which is 64 hex digits in lower case");
        }
    }

    /** Reads an id, or throws {@link IllegalArgumentException}. */
    public static KeyId parse(String text) {
        return new KeyId(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
