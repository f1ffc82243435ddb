package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.buffer.ByteBuf;

/**
 * The upstream's end of one exchange, the same for HTTP/1.1 and HTTP/2: the rest of the request goes in here. Its head was given when the
 * stream was opened. All calls are made on the event loop of the client's connection, where the upstream connection lives as well.
 */
public interface UpstreamStream {
    /** Sends a part of the request's body and releases it. Before the connection is there it is kept, which {@link #isWritable()} bounds. */
    void data(ByteBuf data, boolean last);

    void trailers(HeaderBlock trailers);

    void flush();

    /** Whether more data is welcome; false until the connection is there. {@link UpstreamListener#onUpstreamWritable()} tells the change. */
    boolean isWritable();

    void pauseReading();

    void resumeReading();

    /** Gives up: nothing more is told to the listener; the upstream's stream is reset or its connection closed. Repeating it is harmless. */
    void cancel();
}
