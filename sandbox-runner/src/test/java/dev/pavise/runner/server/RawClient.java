package dev.pavise.runner.server;

import dev.pavise.runner.tls.TestCa;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** A gateway that does what a good client would not: frame by frame. */
final class RawClient implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final Channel connection;

    RawClient(TestRunner runner, Http2Settings settings) throws InterruptedException {
        URI url = URI.create(runner.server.url());
        TestCa.Issued shown = runner.ca.client(TestRunner.GATEWAY).issue();
        SSLEngine engine = new JdkSslContext(runner.context(shown), true, ClientAuth.NONE)
                .newEngine(ByteBufAllocator.DEFAULT, url.getHost(), url.getPort());
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new SslHandler(engine),
                                        Http2FrameCodecBuilder.forClient()
                                                .initialSettings(settings)
                                                .build(),
                                        new Http2MultiplexHandler(new Ignoring()));
                    }
                })
                .connect(url.getHost(), url.getPort())
                .sync()
                .channel();
    }

    /** A stream; empty where the connection gives none any more. */
    Optional<Http2StreamChannel> open() throws InterruptedException {
        return Optional.ofNullable(new Http2StreamChannelBootstrap(connection)
                .handler(new Ignoring())
                .open()
                .await()
                .getNow());
    }

    static Http2Headers head(String method, String path) {
        return new DefaultHttp2Headers()
                .method(method)
                .path(path)
                .scheme("https")
                .authority("localhost");
    }

    static void send(Http2StreamChannel stream, Http2Headers head, String body) throws InterruptedException {
        stream.write(new DefaultHttp2HeadersFrame(head));
        stream.writeAndFlush(new DefaultHttp2DataFrame(
                        stream.alloc().buffer().writeBytes(body.getBytes(StandardCharsets.UTF_8)), true))
                .await();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Ignoring extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
