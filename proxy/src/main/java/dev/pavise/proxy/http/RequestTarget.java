package dev.pavise.proxy.http;

import org.jspecify.annotations.Nullable;

/** A request target in origin form (RFC 9112, 3.2.1), brought into its one normal form or refused. */
@SuppressWarnings("DoNotCallSuggester")
public sealed interface RequestTarget {
    /** Reads {@code length} bytes of {@code source}. */
    static RequestTarget parse(byte[] source, int offset, int length, int limit) {
        throw new UnsupportedOperationException(source.length + " " + offset + length + limit);
    }

    /**
     * A target that can be read in one way only.
     *
     * @param path begins with a slash; no dot segments, no empty segments; percent-encodings only where needed, in upper case
     * @param query what stands behind the question mark, or null where there is none
     */
    record Normal(String path, @Nullable String query) implements RequestTarget {}

    /** A target that is refused. */
    record Bad(Refusal refusal) implements RequestTarget {}
}
