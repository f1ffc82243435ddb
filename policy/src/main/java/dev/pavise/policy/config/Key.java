package dev.pavise.policy.config;

import org.jspecify.annotations.Nullable;

/**
 * A key of a section: what it is called, what may stand there, what counts where it does not, and what it is for. Loader, defaults
 * and schema all read these declarations, so they cannot drift apart.
 *
 * @param fallback the default in YAML, read in the same way as the file
 */
public record Key<T>(
        String name,
        Shape<T> shape,
        boolean required,
        @Nullable String fallback,
        String purpose) {

    /** A key that may be left out, and then means what its purpose says. */
    public static <T> Key<T> optional(String name, Shape<T> shape, String purpose) {
        return new Key<>(name, shape, false, null, purpose);
    }

    /** A key that may be left out, and then means the given value. */
    public static <T> Key<T> withDefault(String name, Shape<T> shape, String fallback, String purpose) {
        return new Key<>(name, shape, false, fallback, purpose);
    }

    /** A key that has to be there. */
    public static <T> Key<T> required(String name, Shape<T> shape, String purpose) {
        return new Key<>(name, shape, true, null, purpose);
    }
}
