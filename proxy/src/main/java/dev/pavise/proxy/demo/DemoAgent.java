package dev.pavise.proxy.demo;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * A small agent runtime to stand behind the gateway, in the demonstration and in tests: plain HTTP/1.1 on loopback, without any protection
 * of its own. It answers
 *
 * <ul>
 *   <li>{@code GET /agents}, {@code GET /agents/{id}}: JSON
 *   <li>{@code GET /agents/{id}/stream?tokens=N&interval=MS}: server-sent events, one for each token
 *   <li>{@code GET /ws/echo}: a WebSocket that sends back what it gets
 *   <li>{@code GET /download?bytes=N}: N bytes, made as they are sent
 *   <li>{@code POST /upload}: how many bytes came
 *   <li>{@code /echo}: the method, target and headers that arrived
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is shut down after a failed start has nothing left to tell
public final class DemoAgent implements AutoCloseable {
    private final EventLoopGroup group;
    private final Channel listener;

    private DemoAgent(EventLoopGroup group, Channel listener) {
        this.group = group;
        this.listener = listener;
    }

    /**
     * Starts on loopback.
     *
     * @param port 0 for any free one
     */
    public static DemoAgent start(int port) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel listener = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline()
                                    .addLast("codec", new HttpServerCodec())
                                    .addLast("continue", new HttpServerExpectContinueHandler())
                                    .addLast("chunks", new ChunkedWriteHandler())
                                    .addLast("agent", new AgentHandler());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), port)
                    .syncUninterruptibly()
                    .channel();
            return new DemoAgent(group, listener);
        } catch (RuntimeException e) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
