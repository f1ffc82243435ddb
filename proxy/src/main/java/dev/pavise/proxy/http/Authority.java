package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;

/**
 * The value of Host or {@code :authority} (RFC 9110, 4.2 and 7.2), read strictly, or refused. A name consists of letters, digits, hyphens
 * and underscores; what ends like a number has to be an IPv4 address of four decimal numbers; there is no user, no trailing dot, no
 * percent-encoding and no empty port. So no origin can see another host in it than the one that was judged.
 */
public sealed interface Authority {
    /** Reads {@code length} bytes of {@code source}. */
    static Authority parse(byte[] source, int offset, int length) {
        return AuthorityReader.read(source, offset, length);
    }

    /** Reads an authority that is there as text. */
    static Authority parse(CharSequence text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
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
