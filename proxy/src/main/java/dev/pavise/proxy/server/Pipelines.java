package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.Timeouts;
import dev.pavise.proxy.http.Http2HeadReader;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every handler of every client pipeline, in order. Accepted: {@code tls}, {@code handshake}. After the handshake, by what ALPN settled:
 * {@code sends}, {@code tls}, {@code reads}, {@code http1} or {@code tls}, {@code http2}; at the end of {@code http1} {@code last-flush} stands before them. From there on an {@link Exchange} carries each request.
 */
final class Pipelines {
    static final String TLS = "tls";
    static final String HANDSHAKE = "handshake";
    static final String HTTP1 = "http1";
    static final String HTTP2 = "http2";
    private static final String SENDS = "sends";
    private static final String READS = "reads";
    private static final String LAST_FLUSH = "last-flush";

    private static final int RESETS_SECONDS = 30;
    private static final int EMPTY_DATA_FRAMES = 4;
    private static final int SMALL_CONTINUATIONS = 16;
    private static final int QUEUED_CONTROL_FRAMES = 1000;

    private Pipelines() {}

    static void accepted(ChannelPipeline pipeline, SslHandler tls, ChannelHandler handshake) {
        pipeline.addLast(TLS, tls);
        pipeline.addLast(HANDSHAKE, handshake);
    }

    static void http1(ChannelPipeline pipeline, Loop loop, Session session) {
        pipeline.addFirst(SENDS, loop.flushes().sender());
        pipeline.addBefore(HANDSHAKE, READS, loop.reads().handler());
        pipeline.replace(HANDSHAKE, HTTP1, new Http1Connection(loop, session));
    }

    static void http2(ChannelPipeline pipeline, Loop loop, Session session) {
        pipeline.replace(HANDSHAKE, HTTP2, Http2Builder.of(loop, session).build());
    }

    /** Closes; where the client does not take what it was sent, at once, as TLS would go on trying and then write a line about it. */
    static void cut(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
        ChannelHandlerContext tls = ctx.pipeline().context(TLS);
        if (tls != null && unsent != null && !unsent.isEmpty()) {
            tls.close();
        } else {
            ctx.close();
        }
    }

    /**
     * Sends what is written and closes behind it, with one write of the socket for the answer and the alert of TLS that says it was all. How long a
     * client may take for it is up to the caller, who has a deadline; {@link #cut} ends it.
     */
    static void finish(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) { // a plain door, which the gateway has none of
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        tls.setCloseNotifyFlushTimeoutMillis(0);
        LastFlush last = new LastFlush();
        ctx.pipeline().addFirst(LAST_FLUSH, last);
        ctx.flush();
        ctx.close();
        last.flush();
    }

    /** Holds flushes back until the last. */
    private static final class LastFlush extends ChannelOutboundHandlerAdapter {
        private @Nullable ChannelHandlerContext context;
        private boolean held = true;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!held) {
                ctx.flush();
            }
        }

        void flush() {
            held = false;
            if (context != null) {
                context.flush();
            }
        }
    }

    /** Netty's HTTP/2 codec with each of its bounds set. */
    private static final class Http2Builder
            extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Http2Builder> {
        private final Loop loop;
        private final Session session;
        private final Http2Output output;

        static Http2Builder of(Loop loop, Session session) {
            Timeouts bounds = loop.timeouts();
            DefaultHttp2Connection streams = new DefaultHttp2Connection(true);
            Http2Output output = new Http2Output(streams, loop.heads());
            streams.remote().flowController(output);
            Http2ConnectionEncoder encoder = new Http2Replies(
                    new DefaultHttp2ConnectionEncoder(streams, new DefaultHttp2FrameWriter()),
                    QUEUED_CONTROL_FRAMES,
                    bounds.http2Resets(),
                    TimeUnit.SECONDS.toNanos(RESETS_SECONDS),
                    System::nanoTime);
            Http2HeadReader heads =
                    new Http2HeadReader(loop.section(), bounds.head().headerBytes());
            Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                    streams, encoder, new DefaultHttp2FrameReader(heads, SMALL_CONTINUATIONS));
            return new Http2Builder(loop, session, output, decoder, encoder);
        }

        private Http2Builder(
                Loop loop,
                Session session,
                Http2Output output,
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder) {
            this.loop = loop;
            this.session = session;
            this.output = output;
            Timeouts bounds = loop.timeouts();
            initialSettings(new Http2Settings()
                    .maxConcurrentStreams(bounds.http2Streams())
                    .maxHeaderListSize(bounds.head().headerBytes())
                    .initialWindowSize(Http2Connection.STREAM_WINDOW)
                    .connectProtocolEnabled(true));
            decoderEnforceMaxRstFramesPerWindow(bounds.http2Resets(), RESETS_SECONDS);
            decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES);
            gracefulShutdownTimeoutMillis(-1); // the drain has its own limit
            codec(decoder, encoder);
        }

        @Override
        protected Http2Connection build() {
            return super.build();
        }

        @Override
        protected Http2Connection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2Connection(decoder, encoder, settings, output, loop, session);
        }
    }
}
