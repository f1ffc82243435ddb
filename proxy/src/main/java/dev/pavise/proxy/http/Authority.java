package dev.pavise.proxy.http;

/** The value of Host or {@code :authority}, read strictly, or refused. */
@SuppressWarnings("DoNotCallSuggester")
public sealed interface Authority {
    /** Reads {@code length} bytes of {@code source}. */
    static Authority parse(byte[] source, int offset, int length) {
        throw new UnsupportedOperationException(source.length + " " + offset + length);
    }

    /**
     * An authority that can be read in one way only.
     *
     * @param host in lower case; an IPv6 address in brackets, in the form of RFC 5952
     * @param port from 1 to 65535, or {@link #NO_PORT}
     * @param text host and, where there is one, port, as it goes on the wire
     */
    record Named(String host, int port, String text) implements Authority {
        public static final int NO_PORT = -1;
    }

    /** An authority that is missing, malformed, or could be read in more than one way. */
    record Bad(Refusal refusal) implements Authority {}
}
