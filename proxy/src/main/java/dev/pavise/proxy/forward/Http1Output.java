package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/** What goes out on one HTTP/1.1 connection, and how much of the present request has certainly left. */
final class Http1Output {
    private final Channel channel;
    private final ChannelFutureListener headWritten = this::onHeadWritten;
    private final ChannelFutureListener requestWritten = this::onRequestWritten;
    private Http1RequestBody body = Http1RequestBody.NONE;
    private boolean headLeft;
    private boolean requestLeft;
    private boolean broken;

    Http1Output(Channel channel) {
        this.channel = channel;
    }

    /** Begins a request; a head that cannot be written throws, and nothing has left then. */
    void begin(ForwardRequest request) {
        body = request.protocol() == null ? Http1RequestBody.of(request) : Http1RequestBody.NONE;
        headLeft = false;
        requestLeft = false;
        channel.write(Http1RequestHead.write(channel.alloc(), request, body)).addListener(headWritten);
    }

    void data(ByteBuf data, boolean last) {
        ChannelFuture written = body.write(channel, data, last);
        if (last) {
            written.addListener(requestWritten);
        }
    }

    void trailers(HeaderBlock trailers) {
        body.end(channel, trailers).addListener(requestWritten);
    }

    /** Sends bytes that are no HTTP any more. */
    void raw(ByteBuf data, boolean last) {
        ChannelFuture written = channel.write(data);
        if (last) {
            channel.flush();
            written.addListener(ChannelFutureListener.CLOSE); // one end closing ends the tunnel
        }
    }

    /** The upstream reads no more; what is written from now on is thrown away. */
    void breakOff() {
        broken = true;
    }

    /** A broken output takes everything, as the answer decides what becomes of the exchange. */
    boolean isWritable() {
        return broken || channel.isWritable();
    }

    /** Whether the head of the request has left whole; before that it can have had no effect. */
    boolean headLeft() {
        return headLeft;
    }

    /** Whether the request has left whole. */
    boolean requestLeft() {
        return requestLeft;
    }

    private void onHeadWritten(ChannelFuture written) {
        if (written.isSuccess()) {
            headLeft = true;
            requestLeft = body == Http1RequestBody.NONE;
        } else {
            channel.close();
        }
    }

    private void onRequestWritten(ChannelFuture written) {
        requestLeft = written.isSuccess();
    }
}
