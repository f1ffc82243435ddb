package dev.pavise.proxy.server;

import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection of a client (RFC 9113, RFC 8441): its state, its flushes and its end; {@link Http2Requests} has its streams, each an {@link Exchange}. Netty's codec does framing, HPACK and flow control
 * and bounds floods of resets, empty frames, continuations and unread control frames; there is no channel for each stream.
 */
final class Http2Connection extends Http2ConnectionHandler implements Live {
    /** What a client may send ahead on one stream, and on all of a connection's streams together. */
    static final int STREAM_WINDOW = 128 * 1024;

    static final int CONNECTION_WINDOW = 512 * 1024;

    /** What may wait to be taken by the client before no more of its frames are read. Data waits in its streams, so this is heads and replies. */
    private static final int UNREAD_BYTES = 256 * 1024;

    private static final Refusal TOO_LARGE =
            new Refusal(RefusalCode.HEADERS_TOO_LARGE, "the request's header fields exceed the limit");

    private final Loop loop;
    private final Session session;
    private final Http2Output output;
    private final Http2Requests requests;
    private final Http2Faults faults;
    private final Idle idle = new Idle();
    private final Runnable flush = this::flushNow;
    private boolean flushPending;
    private boolean flushing;
    private @Nullable ChannelHandlerContext context;

    Http2Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Http2Output output,
            Loop loop,
            Session session) {
        super(decoder, encoder, settings);
        this.loop = loop;
        this.session = session;
        this.output = output;
        this.requests = new Http2Requests(this, session, output.streamKey());
        this.faults = new Http2Faults(connection());
        connection().addListener(requests.ends(faults.ended()));
        decoder.frameListener(requests);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        loop.deadlines().add(idle);
        loop.came(this);
        idle.watch();
        super.handlerAdded(ctx);
        connection()
                .local()
                .flowController()
                .incrementWindowSize(
                        connection().connectionStream(), CONNECTION_WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext current = context;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }

    Loop loop() {
        return loop;
    }

    Http2Output output() {
        return output;
    }

    /** A stream has come: the time without any begins anew. */
    void watchIdle() {
        idle.watch();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        requests.onReadComplete();
        super.channelReadComplete(ctx);
        regulateReading();
    }

    /** A client that leaves replies unread is not read either: each frame of its would add to them. */
    private void regulateReading() {
        ChannelOutboundBuffer unsent = context().channel().unsafe().outboundBuffer();
        if (unsent != null && unsent.totalPendingWriteBytes() > UNREAD_BYTES) {
            context().channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        if (ctx.channel().isWritable()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Flushes once the event loop is through with what is ready now, so that answers which come together leave together; at once if they are many. */
    void flushSoon() {
        if (!flushing && !context().channel().isWritable()) {
            flush(context());
        } else if (!flushPending) {
            flushPending = true;
            loop.eventLoop().execute(flush);
        }
    }

    private void flushNow() {
        flushPending = false;
        flush(context());
        regulateReading();
    }

    /** With nothing to send, TLS would still be asked for a record. */
    @Override
    public void flush(ChannelHandlerContext ctx) {
        flushing = true;
        try {
            output.writePendingBytes();
            ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
            if (unsent != null && unsent.totalPendingWriteBytes() > 0) {
                ctx.flush();
            }
        } finally {
            flushing = false;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.deadlines().remove(idle);
        loop.gone(this);
        super.channelInactive(ctx);
        output.drop();
        session.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        loop.failures().onConnectionFailure(session.caller().peer(), cause);
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause); // answers with RST_STREAM or GOAWAY
        } else {
            ctx.close();
        }
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        output.commit();
        return super.resetStream(ctx, streamId, errorCode, promise);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception error) {
        output.commit();
        super.onConnectionError(ctx, outbound, cause, error);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
        output.commit();
        super.close(ctx, promise);
    }

    /** Too large a head is answered; all else of a stream that cannot be read ends in its reset. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        boolean tooLarge = error instanceof Http2Exception.HeaderListSizeException size && size.duringDecode();
        if (tooLarge
                && connection().stream(error.streamId()) == null
                && requests.refuseUnread(error.streamId(), TOO_LARGE)) {
            return;
        }
        Http2Exception fault = faults.of(error);
        if (fault instanceof Http2Exception.StreamException ofStream) {
            super.onStreamError(ctx, outbound, cause, ofStream);
        } else {
            onConnectionError(ctx, outbound, cause, fault);
        }
    }

    /** Comes before the reset of a stream whose trailers are too large. */
    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        requests.onUnreadable(stream, TOO_LARGE);
    }

    /** GOAWAY; streams that are open finish, then the connection closes. */
    @Override
    public void drain() {
        context().channel().close(); // through this handler; the context's own close would pass it by
    }

    @Override
    public void close() {
        requests.cutOffAll();
        flush(context());
        context().close();
    }

    /** Closes a connection on which there is no stream for {@code idle_timeout}. */
    private final class Idle extends Deadlines.Watched {
        private void watch() {
            expireAt(loop.deadlines().in(loop.timeouts().idleNanos()));
        }

        @Override
        void onSweep(long nowNanos) {
            if (connection().numActiveStreams() == 0) {
                loop.deadlines().rest(this);
            }
        }

        @Override
        void onDeadline(long nowNanos) {
            if (connection().numActiveStreams() == 0 && connection().goAwaySent()) {
                Pipelines.cut(context()); // it did not take the farewell either
            } else if (connection().numActiveStreams() == 0) {
                drain();
                watch();
            } else {
                watch();
            }
        }
    }
}
