package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/** What a {@link ClientStream} tells its exchange, on the event loop of the client's connection. */
public interface ClientListener {
    /** A part of the request's body; the listener releases it. */
    void onRequestData(ByteBuf data, boolean last);

    /** The end of a request whose body had trailer fields. */
    void onRequestTrailers(HeaderBlock trailers);

    /** The request body is broken off by a refusal of the parser: bad chunk, wrong length, too slow. */
    void onRequestRefused(Refusal refusal);

    /** All that arrived in one read has been told. */
    void onClientReadComplete();

    void onClientWritable();

    /** The client reset the stream or closed the connection before the exchange was over. */
    void onClientGone();
}
