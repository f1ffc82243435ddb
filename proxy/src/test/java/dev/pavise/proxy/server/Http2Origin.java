package dev.pavise.proxy.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 upstream, in the clear with prior knowledge or over TLS, whose streams are played by a script on threads of their own. */
final class Http2Origin implements AutoCloseable {
    /** Plays one stream; its head has been read. */
    @FunctionalInterface
    interface Script {
        void play(Http2End.Event.Head head, Http2End stream) throws Exception;
    }

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Channel server;

    Http2Origin(@Nullable SSLContext tls, Supplier<Http2End> ends, Script script) throws Exception {
        this(tls, false, ends, script);
    }

    /** @param mutual whether a client has to show a certificate */
    Http2Origin(@Nullable SSLContext tls, boolean mutual, Supplier<Http2End> ends, Script script) throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class);
        bootstrap.childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                connections.incrementAndGet();
                if (tls != null) {
                    made.pipeline().addLast(new SslHandler(engine(tls, mutual)));
                }
                made.pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer()
                                .initialSettings(Http2Settings.defaultSettings().connectProtocolEnabled(true))
                                .validateHeaders(false)
                                .build());
                made.pipeline().addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        Http2End end = ends.get();
                        stream.pipeline().addLast(end);
                        Thread.ofVirtual().start(() -> play(end, script));
                    }
                }));
            }
        });
        server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    static Http2Origin playing(Script script) throws Exception {
        return new Http2Origin(null, Http2End::new, script);
    }

    /** Answers each request with its method and path, its fields and its body. */
    static void echo(Http2End.Event.Head head, Http2End stream) throws Exception {
        StringBuilder body = new StringBuilder();
        for (boolean last = head.last(); !last; ) {
            switch (stream.next()) {
                case Http2End.Event.Data data -> {
                    body.append(new String(data.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
                    last = data.last();
                }
                case Http2End.Event.Head ignored -> last = true;
                case Http2End.Event.Reset ignored -> {
                    return;
                }
                case Http2End.Event.Closed ignored -> {
                    return;
                }
            }
        }
        StringBuilder answer = new StringBuilder();
        head.headers()
                .forEach(field -> answer.append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append("\r\n"));
        stream.respond(200, false).send(answer.append("\r\n").append(body).toString(), true);
    }

    private static SSLEngine engine(SSLContext tls, boolean mutual) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(mutual);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        return engine;
    }

    private void play(Http2End end, Script script) {
        try {
            Http2End.Event.Head head = end.head();
            Http2Headers fields = head.headers();
            seen.add(fields.method() + " " + fields.path());
            script.play(head, end);
        } catch (Exception gone) {
            // the gateway may leave at any time; tests look at what it did
        }
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    int connections() {
        return connections.get();
    }

    /** {@code METHOD target} of each request that arrived. */
    List<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
