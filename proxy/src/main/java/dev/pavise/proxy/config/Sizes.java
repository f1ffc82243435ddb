package dev.pavise.proxy.config;

import java.util.Optional;

/** Sizes as they are written in a configuration, for those who read them elsewhere. */
public final class Sizes {
    private Sizes() {}

    /** A size such as {@code 8KiB}, {@code 1MB} or plain bytes; empty where it is none. */
    public static Optional<ByteSize> parse(String text) {
        try {
            return Optional.of(Scalars.size(text));
        } catch (BadValueException e) {
            return Optional.empty();
        }
    }
}
