package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * The client's end of one exchange, the same for HTTP/1.1 and HTTP/2: the answer goes in here. All calls are made on the event loop of the
 * client's connection. Nothing is written to the socket before {@link #flush()}.
 */
public interface ClientStream {
    /** Sends a 1xx answer (not 101). */
    void inform(ResponseHead head);

    /** Sends the head of an answer whose body follows by {@link #data}. */
    void respond(ResponseHead head);

    /** Sends an answer whole and releases its body, which may be empty; the exchange is over with it. */
    void respond(ResponseHead head, ByteBuf body);

    /**
     * Agrees to the protocol switch that the request asked for: 101 in HTTP/1.1, 200 in HTTP/2. From then on data in both directions is
     * the other protocol's bytes.
     */
    void switchProtocols(ResponseHead head);

    /** Sends a part of the body and releases it. */
    void data(ByteBuf data, boolean last);

    /** Ends the answer with trailer fields. */
    void trailers(HeaderBlock trailers);

    void flush();

    /** Whether more data is welcome; when it is not, {@link ClientListener#onClientWritable()} tells when it is again. */
    boolean isWritable();

    /** Stops the request body from coming in, as far as the protocol can: nothing beyond one window or one read arrives after it. */
    void pauseReading();

    void resumeReading();

    /** Breaks the exchange off, after the head was sent or when no answer can be given: RST_STREAM, or the connection is closed. */
    void abort();
}
