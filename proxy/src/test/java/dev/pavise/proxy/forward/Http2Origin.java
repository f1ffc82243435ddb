package dev.pavise.proxy.forward;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An upstream that speaks HTTP/2, by TLS or with prior knowledge, and answers each frame as its script says. */
final class Http2Origin {
    /** What is done with one frame; what it holds is released afterwards. */
    @FunctionalInterface
    interface Script {
        void on(Peer peer, Http2Frame frame) throws Exception;
    }

    /** One accepted connection; {@code number} counts from 1. */
    record Peer(ChannelHandlerContext ctx, int number) {
        void head(Http2FrameStream stream, boolean last, String... fields) {
            Http2Headers headers = new DefaultHttp2Headers(false);
            for (int i = 0; i < fields.length; i += 2) {
                headers.add(fields[i], fields[i + 1]);
            }
            ctx.writeAndFlush(new DefaultHttp2HeadersFrame(headers, last).stream(stream));
        }

        void data(Http2FrameStream stream, String text, boolean last) {
            data(stream, Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), last);
        }

        void data(Http2FrameStream stream, ByteBuf data, boolean last) {
            ctx.writeAndFlush(new DefaultHttp2DataFrame(data, last).stream(stream));
        }

        void answer(Http2FrameStream stream, String body) {
            head(stream, false, ":status", "200");
            data(stream, body, true);
        }

        void reset(Http2FrameStream stream, Http2Error error) {
            ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
        }

        /** Written past the codec, which would name a later stream. */
        void goAway(int lastStreamId) {
            ByteBuf frame =
                    Unpooled.buffer().writeMedium(8).writeByte(7).writeByte(0).writeInt(0);
            frame.writeInt(lastStreamId).writeInt(0);
            ctx.pipeline().firstContext().writeAndFlush(frame);
        }

        void consumed(Http2DataFrame frame) {
            ctx.writeAndFlush(
                    new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes()).stream(frame.stream()));
        }
    }

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger accepted = new AtomicInteger();
    private final Channel server;

    Http2Origin(@Nullable SslContext tls, Http2Settings settings, Script script) throws Exception {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(Http2FrameCodecBuilder.forServer()
                                        .initialSettings(settings)
                                        .validateHeaders(false)
                                        .build());
                        channel.pipeline().addLast(new Player(script, accepted.incrementAndGet()));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    Http2Origin(Script script) throws Exception {
        this(null, Http2Settings.defaultSettings(), script);
    }

    private static final class Player extends ChannelInboundHandlerAdapter {
        private final Script script;
        private final int number;

        Player(Script script, int number) {
            this.script = script;
            this.number = number;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
            try {
                if (msg instanceof Http2Frame frame) {
                    script.on(new Peer(ctx, number), frame);
                }
            } finally {
                ReferenceCountUtil.release(msg);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // what the other side makes of it is what is tested
        }
    }

    static String text(Http2DataFrame frame) {
        return new String(ByteBufUtil.getBytes(frame.content()), StandardCharsets.ISO_8859_1);
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    int accepted() {
        return accepted.get();
    }

    void stop() throws Exception {
        server.close().sync();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    }
}
