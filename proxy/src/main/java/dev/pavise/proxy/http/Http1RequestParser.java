package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/** Reads HTTP/1.1 and 1.0 requests of one connection, strictly (RFC 9112). */
@SuppressWarnings("DoNotCallSuggester")
public final class Http1RequestParser {
    /** What the parser finds, in order. */
    public interface Events {
        void onHead(RequestHead head);

        /** A part of the body; the receiver releases it. */
        void onData(ByteBuf data);

        /** The message is whole. The trailers are mostly empty; they are valid until the next message begins. */
        void onEnd(HeaderBlock trailers);
    }

    /**
     * A parser for one connection.
     *
     * @param scheme of the door: {@code https}, or {@code http} where there is no TLS
     */
    public Http1RequestParser(HeadLimits limits, String scheme) {
        throw new UnsupportedOperationException(limits + scheme);
    }

    /** Reads from {@code in} as far as it goes; what it leaves must stand at the front of the next call's bytes. */
    public Step parse(ByteBuf in, Events events) {
        throw new UnsupportedOperationException(in + "" + events);
    }

    /** Begins the next request, once the exchange of the last one is over; its head and headers are no longer valid. */
    public void next() {}

    /** Why {@link Step#REFUSED}. */
    public Refusal refusal() {
        throw new UnsupportedOperationException();
    }
}
