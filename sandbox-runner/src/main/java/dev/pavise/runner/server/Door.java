package dev.pavise.runner.server;

import dev.pavise.runner.config.LimitsConfig;
import dev.pavise.runner.metrics.RunnerMetrics;
import dev.pavise.runner.tls.RenewedTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A socket that listens, and the connections that came in by it: no more at a time than there is room for. */
final class Door {
    private static final int BACKLOG = 128;
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final RenewedTls tls;
    private final Routes routes;
    private final LimitsConfig limits;
    private final RunnerMetrics metrics;
    private final AtomicInteger count = new AtomicInteger();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    Door(
            EventLoopGroup loops,
            InetSocketAddress address,
            RenewedTls tls,
            Routes routes,
            LimitsConfig limits,
            RunnerMetrics metrics)
            throws IOException {
        this.tls = tls;
        this.routes = routes;
        this.limits = limits;
        this.metrics = metrics;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true) // tells of a gateway whose machine is gone
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        listening = bound.channel();
    }

    private void accept(Channel channel) {
        if (count.incrementAndGet() > limits.connections()) {
            count.decrementAndGet();
            metrics.onConnectionRefused();
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> count.decrementAndGet());
        open.add(channel);
        Pipelines.accepted(channel.pipeline(), tls.get(), routes, limits, metrics);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Looks at the files of TLS. Where they have changed, connections that were made under the old ones close behind their last request. */
    void renew() {
        if (tls.renew()) {
            open.close();
        }
    }

    int connections() {
        return count.get();
    }

    /** Takes in nothing more; requests under way go on, and each connection closes behind its last. */
    void drain() {
        listening.close().awaitUninterruptibly();
        open.close();
    }

    /** Waits for as long as that until every connection is closed. */
    void awaitClosed(Duration patience) {
        open.newCloseFuture().awaitUninterruptibly(patience.toMillis());
    }
}
