package dev.pavise.proxy.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** One HTTP/2 connection to a gateway, with all that the JDK's client hides: trailers, resets, GOAWAY, extended CONNECT. */
final class Http2Client implements AutoCloseable {
    /** Less than the connection's window, so that a stream which is not read does not hold up those beside it. */
    private static final int STREAM_WINDOW = 32 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CountDownLatch goneAway = new CountDownLatch(1);
    private final Channel channel;

    Http2Client(SSLContext trust, int port) throws Exception {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class);
        bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(new SslHandler(engine(trust)));
                made.pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(STREAM_WINDOW))
                                .validateHeaders(false)
                                .build());
                made.pipeline().addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                made.pipeline().addLast(new GoAways());
            }
        });
        channel = bootstrap.connect("localhost", port).sync().channel();
        channel.pipeline().get(SslHandler.class).handshakeFuture().get(20, TimeUnit.SECONDS);
    }

    static Http2Client to(TestGateway gateway) throws Exception {
        return new Http2Client(gateway.trust(), gateway.port());
    }

    private static SSLEngine engine(SSLContext trust) {
        SSLEngine engine = trust.createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        return engine;
    }

    private final class GoAways extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2GoAwayFrame) {
                goneAway.countDown();
            }
            ReferenceCountUtil.release(message);
        }
    }

    /** The head of a request with the operator's token; fields are given as name and value in turn. */
    static Http2Headers head(String method, String target, String... fields) {
        Http2Headers headers = new DefaultHttp2Headers(false)
                .method(method)
                .scheme("https")
                .authority("localhost")
                .path(target);
        headers.add("authorization", "Bearer " + TestGateway.TOKEN);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return headers;
    }

    /** Opens a stream and sends this head. */
    Http2End open(Http2Headers head, boolean last) throws Exception {
        return open(new Http2End(), head, last);
    }

    Http2End open(Http2End end, Http2Headers head, boolean last) throws Exception {
        new Http2StreamChannelBootstrap(channel).handler(end).open().get(20, TimeUnit.SECONDS);
        return end.send(head, last);
    }

    /** Sends a request without a body. */
    Http2End request(String method, String target, String... fields) throws Exception {
        return open(head(method, target, fields), true);
    }

    boolean sawGoAway() throws InterruptedException {
        return goneAway.await(20, TimeUnit.SECONDS);
    }

    boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
