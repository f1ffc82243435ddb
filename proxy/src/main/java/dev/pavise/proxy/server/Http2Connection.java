package dev.pavise.proxy.server;

import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection of a client (RFC 9113, RFC 8441): each stream is an {@link Exchange}. Netty's codec does framing, HPACK and flow control
 * and bounds floods of resets, empty frames, continuations and unread control frames; there is no channel for each stream.
 */
final class Http2Connection extends Http2ConnectionHandler implements Caller.Live {
    private final Loop loop;
    private final Caller caller;
    private final PropertyKey streamKey;
    private final Idle idle = new Idle();
    private @Nullable ChannelHandlerContext context;

    Http2Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Loop loop,
            Caller caller) {
        super(decoder, encoder, settings);
        this.loop = loop;
        this.caller = caller;
        this.streamKey = connection().newKey();
        connection().addListener(new StreamEnds());
        encoder.flowController().listener(stream -> {
            Http2ClientStream mine = stream.getProperty(streamKey);
            if (mine != null && encoder.flowController().isWritable(stream)) {
                mine.onWritable();
            }
        });
        decoder.frameListener(new Frames());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        loop.deadlines().add(idle);
        idle.watch();
        super.handlerAdded(ctx);
        connection().local().flowController().incrementWindowSize(connection().connectionStream(), loop.limits().http2ConnectionWindow());
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

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        if (connection().numActiveStreams() > 0) {
            connection().forEachActiveStream(stream -> {
                Http2ClientStream mine = stream.getProperty(streamKey);
                if (mine != null) {
                    mine.onReadComplete();
                }
                return true;
            });
            ctx.flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.deadlines().remove(idle);
        caller.closed(this);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        loop.failures().onConnectionFailure(caller.peer(), cause);
        if (Http2Exception.isStreamError(asHttp2(cause)) || asHttp2(cause) != null) {
            super.exceptionCaught(ctx, cause); // answers with RST_STREAM or GOAWAY
        } else {
            ctx.close();
        }
    }

    private static @Nullable Http2Exception asHttp2(Throwable cause) {
        return io.netty.handler.codec.http2.Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        Http2ClientStream mine = new Http2ClientStream(this, stream, true);
        stream.setProperty(streamKey, mine);
        mine.refuse(caller, new Refusal(RefusalCode.HEADERS_TOO_LARGE, "the request's header fields exceed the limit"));
    }

    /** GOAWAY; streams that are open finish, then the connection closes. */
    @Override
    public void drain() {
        context().close();
    }

    @Override
    public void close() {
        context().channel().close();
    }

    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            onHeadersRead(ctx, streamId, headers, padding, end);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream known = stream.getProperty(streamKey);
            if (known != null) {
                known.onTrailers(headers);
                return;
            }
            Http2ClientStream mine = new Http2ClientStream(Http2Connection.this, stream, end);
            stream.setProperty(streamKey, mine);
            idle.watch();
            switch (Http2Heads.request(headers, end, loop.limits().headLimits())) {
                case Http2Heads.Request.Valid(var head) -> mine.begin(caller, head);
                case Http2Heads.Request.Bad(Refusal refusal) -> mine.refuse(caller, refusal);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream mine = stream == null ? null : stream.getProperty(streamKey);
            return mine == null ? data.readableBytes() + padding : mine.onData(data, padding, end);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream mine = stream == null ? null : stream.getProperty(streamKey);
            if (mine != null) {
                mine.onGone();
            }
        }
    }

    private final class StreamEnds extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2ClientStream mine = stream.getProperty(streamKey);
            if (mine != null) {
                mine.onGone();
            }
        }
    }

    /** Closes a connection on which there is no stream for {@code idle_timeout}. */
    private final class Idle extends Deadlines.Watched {
        private void watch() {
            expireAt(loop.deadlines().in(loop.limits().idleTimeoutNanos()));
        }

        @Override
        void onDeadline(long nowNanos) {
            if (connection().numActiveStreams() == 0) {
                context().close();
            } else {
                watch();
            }
        }
    }
}
