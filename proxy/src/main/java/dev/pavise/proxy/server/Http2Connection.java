package dev.pavise.proxy.server;

import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Http2RequestReader;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection of a client (RFC 9113, RFC 8441): each stream is an {@link Exchange}. Netty's codec does framing, HPACK and flow control
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
    private final PropertyKey streamKey;
    private final Http2Output output;
    private final Http2RequestReader requests = new Http2RequestReader("https");
    private final Idle idle = new Idle();
    private final EndedStreams ended = new EndedStreams();
    private final List<Http2ClientStream> touched = new ArrayList<>();
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
        this.streamKey = output.streamKey();
        connection().addListener(new StreamEnds());
        decoder.frameListener(new Frames());
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

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).onReadComplete();
        }
        touched.clear();
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
        if (tooLarge && connection().stream(error.streamId()) == null && answerTooLarge(error.streamId())) {
            return;
        }
        if (error.error() == Http2Error.STREAM_CLOSED && !mayCrossReset(error.streamId())) {
            onConnectionError(ctx, outbound, cause, closedStream(error));
            return;
        }
        super.onStreamError(ctx, outbound, cause, isBehindEnd(error) ? behindEnd(error) : error);
    }

    /** Netty complains of what stands in a header block before it complains that there must be none any more (RFC 9113, 5.1). */
    private boolean isBehindEnd(Http2Exception.StreamException error) {
        Http2Stream stream = connection().stream(error.streamId());
        return error.error() == Http2Error.PROTOCOL_ERROR
                && stream != null
                && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE;
    }

    private static Http2Exception.StreamException behindEnd(Http2Exception.StreamException error) {
        return (Http2Exception.StreamException)
                Http2Exception.streamError(error.streamId(), Http2Error.STREAM_CLOSED, "a frame behind the end");
    }

    /** Whether a frame may be on a stream that is over: the client need not know of our reset yet. Else it has lost its count of streams. */
    private boolean mayCrossReset(int streamId) {
        return connection().stream(streamId) != null || ended.wasReset(streamId);
    }

    private Http2Exception closedStream(Http2Exception.StreamException error) {
        Http2Error code = ended.has(error.streamId()) ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
        return Http2Exception.connectionError(code, "a frame on stream %d, which is over", error.streamId());
    }

    private boolean answerTooLarge(int streamId) {
        try {
            Http2Stream stream = connection().remote().createStream(streamId, true);
            Http2ClientStream mine = new Http2ClientStream(this, stream, true);
            stream.setProperty(streamKey, mine);
            mine.refuse(session, TOO_LARGE);
            return true;
        } catch (Http2Exception notNow) {
            return false; // there are too many streams, or the connection is ending
        }
    }

    /** Comes before the reset of a stream whose trailers are too large. */
    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        Http2ClientStream mine = stream.getProperty(streamKey);
        if (mine != null) {
            mine.onUnreadable(TOO_LARGE);
        }
    }

    /** GOAWAY; streams that are open finish, then the connection closes. */
    @Override
    public void drain() {
        context().channel().close(); // through this handler; the context's own close would pass it by
    }

    @Override
    public void close() {
        List<Http2ClientStream> open = new ArrayList<>();
        try {
            connection().forEachActiveStream(stream -> {
                Http2ClientStream mine = stream.getProperty(streamKey);
                return mine == null || open.add(mine);
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        open.forEach(Http2ClientStream::cutOff);
        flush(context());
        context().close();
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
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
                throws Http2Exception {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream known = stream.getProperty(streamKey);
            if (known != null) {
                touched.add(known);
                known.onTrailers(headers);
                return;
            }
            Http2ClientStream mine = new Http2ClientStream(Http2Connection.this, stream, end);
            stream.setProperty(streamKey, mine);
            idle.watch();
            touched.add(mine);
            Http2Heads.Read<RequestHead> read = requests.read(
                    headers, end, loop.blocks().take(), loop.timeouts().head());
            switch (read) {
                case Http2Heads.Read.Whole<RequestHead>(RequestHead head) -> mine.begin(session, head);
                case Http2Heads.Read.Bad<RequestHead>(Refusal refusal) -> mine.refuse(session, refusal);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream mine = stream == null ? null : stream.getProperty(streamKey);
            if (mine == null) {
                return data.readableBytes() + padding;
            }
            touched.add(mine);
            return mine.onData(data, padding, end);
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
            ended.add(stream.id(), stream.isResetSent());
            Http2ClientStream mine = stream.getProperty(streamKey);
            if (mine != null) {
                mine.onGone();
            }
        }
    }

    /** Closes a connection on which there is no stream for {@code idle_timeout}. */
    private final class Idle extends Deadlines.Watched {
        private void watch() {
            expireAt(loop.deadlines().in(loop.timeouts().idleNanos()));
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
