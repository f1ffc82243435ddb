package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/** Reads the HTTP/1.1 and 1.0 answers of one upstream connection, strictly (RFC 9112). */
@SuppressWarnings("DoNotCallSuggester")
public final class Http1ResponseParser {
    /** What the parser finds, in order. Heads and their headers are valid during the call only. */
    public interface Events {
        /** A 1xx answer other than 101; the final answer is still to come. */
        void onInformation(ResponseHead head);

        /** 101, where it was asked for; {@link Step#SWITCHED} follows. */
        void onSwitched(ResponseHead head);

        void onHead(ResponseHead head);

        /** A part of the body; the receiver releases it. */
        void onData(ByteBuf data);

        /** The answer is whole. The trailers are mostly empty. */
        void onEnd(HeaderBlock trailers);
    }

    public Http1ResponseParser(HeadLimits limits) {
        throw new UnsupportedOperationException(limits + "");
    }

    /**
     * Begins the next answer. Until this is called, any byte is one too many.
     *
     * @param requestMethod of the request that is answered: HEAD has no body
     * @param switching whether the request asked for another protocol, so that 101 is an answer
     */
    public void expect(String requestMethod, boolean switching) {
        throw new UnsupportedOperationException(requestMethod + switching);
    }

    /** As {@code expect(requestMethod, false)}. */
    public void expect(String requestMethod) {
        expect(requestMethod, false);
    }

    /** Reads from {@code in} as far as it goes; what it leaves must stand at the front of the next call's bytes. */
    public Step parse(ByteBuf in, Events events) {
        throw new UnsupportedOperationException(in + "" + events);
    }

    /**
     * The upstream has closed: {@link Step#MESSAGE_END} if that ends the answer or it was whole already, else {@link Step#REFUSED}
     * (code {@code upstream_failed}). Call {@link #parse} with what arrived before.
     */
    public Step closed(Events events) {
        throw new UnsupportedOperationException(events + "");
    }

    /** Whether the connection may carry another request, once the answer was whole. */
    public boolean reusable() {
        throw new UnsupportedOperationException();
    }

    /** Why {@link Step#REFUSED}: {@code upstream_malformed} or {@code upstream_failed}. */
    public Refusal refusal() {
        throw new UnsupportedOperationException();
    }
}
