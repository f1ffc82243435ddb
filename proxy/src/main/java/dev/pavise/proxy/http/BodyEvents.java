package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;

/** What an HTTP/1.1 parser finds behind the head of a message, in order. */
public interface BodyEvents {
    /** A part of the body, never empty; the receiver releases it. */
    void onData(ByteBuf data);

    /** The message is whole. The trailers are mostly empty; they are valid until the next message begins. */
    void onEnd(HeaderBlock trailers);
}
