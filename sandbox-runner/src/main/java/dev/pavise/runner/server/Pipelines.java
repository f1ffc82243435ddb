package dev.pavise.runner.server;

import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.tls.DoorTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * Every handler of every pipeline, in order. Accepted: {@code tls}, {@code handshake}. After the handshake: {@code tls}, {@code idle}, {@code http2},
 * {@code streams}, {@code last}; and of each request {@code request} alone.
 */
final class Pipelines {
    static final String TLS = "tls";
    static final String HANDSHAKE = "handshake";

    private static final int HEADER_LIST_BYTES = 8 * 1024;
    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int RESETS_SECONDS = 30;
    private static final int EMPTY_DATA_FRAMES = 4;
    private static final int SMALL_CONTINUATIONS = 16;
    private static final int QUEUED_CONTROL_FRAMES = 1000;

    private Pipelines() {}

    static void accepted(
            ChannelPipeline pipeline, DoorTls tls, Routes routes, LimitsConfig limits, RunnerMetrics metrics) {
        pipeline.addLast(TLS, tls.newHandler(pipeline.channel().alloc(), limits.handshakeTimeout()));
        pipeline.addLast(HANDSHAKE, new HandshakeHandler(tls, routes, limits, metrics));
    }

    static void known(
            ChannelPipeline pipeline, String caller, Routes routes, LimitsConfig limits, RunnerMetrics metrics) {
        pipeline.addLast("idle", new Idle(limits.idleTimeout().toMillis()));
        pipeline.addLast("http2", codec(limits));
        pipeline.addLast("streams", new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast("request", new StreamHandler(routes, caller, limits.bodyTimeout(), metrics));
            }
        }));
        pipeline.addLast("last", new LastHandler());
        pipeline.remove(HANDSHAKE);
    }

    /** Netty's HTTP/2 codec with each of its bounds set. */
    private static Http2FrameCodec codec(LimitsConfig limits) {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings()
                        .maxConcurrentStreams(limits.streams())
                        .maxHeaderListSize(HEADER_LIST_BYTES)
                        .initialWindowSize(STREAM_WINDOW))
                .validateHeaders(true)
                .validateRequiredPseudoHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(limits.resets(), RESETS_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(limits.resets(), RESETS_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATIONS)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES)
                .gracefulShutdownTimeoutMillis(-1) // the drain has its own limit
                .build();
    }

    /** Closes a connection without a request on which nothing happens. */
    private static final class Idle extends IdleStateHandler {
        Idle(long millis) {
            super(0, 0, millis, TimeUnit.MILLISECONDS);
        }

        @Override
        protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
            Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
            if (codec == null || codec.connection().numActiveStreams() == 0) {
                ctx.channel().close();
            }
        }
    }
}
