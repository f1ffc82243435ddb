package dev.pavise.proxy.server;

import dev.pavise.proxy.config.LimitsConfig;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The sockets that listen, and the first thing that happens to a connection: is there a place for it. */
final class Listeners {
    private static final int BACKLOG = 4096;
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final EventLoops loops;
    private final CurrentSnapshot current;
    private final GatewayMetrics metrics;
    private final ConnectionLimits places;
    private final Map<String, Channel> open = new LinkedHashMap<>();
    private volatile Duration handshakeTimeout;

    Listeners(EventLoops loops, CurrentSnapshot current, GatewayMetrics metrics, LimitsConfig limits) {
        this.loops = loops;
        this.current = current;
        this.metrics = metrics;
        this.places = new ConnectionLimits(limits.connections(), limits.connectionsPerAddress());
        this.handshakeTimeout = limits.handshakeTimeout();
    }

    void change(LimitsConfig limits) {
        places.change(limits.connections(), limits.connectionsPerAddress());
        handshakeTimeout = limits.handshakeTimeout();
    }

    void open(ListenConfig.Door door, Door behind) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.acceptor(), loops.workers())
                .channelFactory(loops.transport().servers())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, door.name(), behind);
                    }
                });
        ChannelFuture bound = bootstrap.bind(door.address().socketAddress()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + door.address() + " (" + door.name() + "): "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        open.put(door.name(), bound.channel());
    }

    private void accept(Channel channel, String name, Door behind) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        ServerTls tls = current.get().doors().get(name);
        if (remote == null || tls == null || !places.enter(remote.getAddress())) {
            metrics.onConnectionRefused();
            channel.close();
            return;
        }
        metrics.onAccept();
        channel.closeFuture().addListener(closed -> {
            places.leave(remote.getAddress());
            metrics.onClose();
        });
        Loop loop = loops.of(channel.eventLoop());
        Pipelines.accepted(
                channel.pipeline(),
                tls.newHandler(channel.alloc(), handshakeTimeout),
                new HandshakeHandler(loop, behind, tls));
    }

    int connections() {
        return places.open();
    }

    Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        open.forEach((name, channel) -> addresses.put(name, (InetSocketAddress) channel.localAddress()));
        return addresses;
    }

    InetSocketAddress address(String door) {
        Channel channel = open.get(door);
        if (channel == null) {
            throw new IllegalArgumentException("no door `" + door + "` is open");
        }
        return (InetSocketAddress) channel.localAddress();
    }

    String url(String door) {
        InetSocketAddress address = address(door);
        String host = address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getAddress().getHostAddress();
        return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Takes in nothing more; connections that are open stay. */
    void close() {
        open.values().forEach(channel -> channel.close().awaitUninterruptibly());
    }
}
