package dev.pavise.proxy.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One new connection, from looking the name up to being ready for a request, within one deadline. Its addresses are tried one after the
 * other. Ends in exactly one of {@code connected} and {@code connectFailed} of its pool, on the pool's loop, never before {@link #start()}
 * has returned; the slot is given back when the connection is closed.
 */
final class ConnectAttempt {
    private final ChannelFactory<? extends Channel> channels;
    private final HostResolver resolver;
    private final UpstreamPool pool;
    private @Nullable Future<?> deadline;
    private @Nullable Channel channel;
    private boolean over;

    ConnectAttempt(ChannelFactory<? extends Channel> channels, HostResolver resolver, UpstreamPool pool) {
        this.channels = channels;
        this.resolver = resolver;
        this.pool = pool;
    }

    void start() {
        long timeout = pool.context().limits().connectTimeout().toNanos();
        deadline =
                pool.loop().schedule(() -> fail("no connection could be made in time"), timeout, TimeUnit.NANOSECONDS);
        resolver.resolve(settings().host(), pool.loop()).addListener((Future<List<InetAddress>> found) -> {
            if (found.isSuccess()) {
                connect(found.getNow(), 0);
            } else {
                pool.loop().execute(() -> fail("its name could not be looked up"));
            }
        });
    }

    UpstreamPool pool() {
        return pool;
    }

    UpstreamSecurity security() {
        return settings().security();
    }

    /** The connection stands, and TLS, where there is any, has been agreed upon. */
    void established(Channel opened, @Nullable String protocol) {
        if (over) {
            return;
        }
        boolean agreed = ApplicationProtocolNames.HTTP_2.equals(protocol);
        boolean tls = security() instanceof UpstreamSecurity.Secured;
        if (pool.dial() == Dial.HTTP2 && tls && !agreed) {
            fail("it does not speak HTTP/2");
        } else if (pool.dial() == Dial.HTTP1 ? agreed : protocol != null && !agreed && !isHttp1(protocol)) {
            fail("it speaks another protocol than was offered");
        } else if (agreed || pool.dial() == Dial.HTTP2) {
            UpstreamPipelines.http2(opened.pipeline(), this); // ready when its settings have come
        } else {
            Http1UpstreamConnection connection = UpstreamPipelines.http1(opened.pipeline(), this);
            succeed(opened);
            pool.connected(connection);
        }
    }

    /** The upstream's HTTP/2 settings have come. */
    void ready(Http2UpstreamConnection connection) {
        if (!over) {
            succeed(connection.context().channel());
            pool.connected(connection);
        }
    }

    void fail(String why) {
        if (over) {
            return;
        }
        over = true;
        cancelDeadline();
        Channel opened = channel;
        if (opened != null) {
            opened.close();
        }
        pool.endpoint().slots().release();
        pool.connectFailed(why);
    }

    private void connect(List<InetAddress> addresses, int index) {
        if (over) {
            return;
        }
        if (index == addresses.size()) {
            fail("the connection was refused");
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(pool.loop())
                .channelFactory(channels)
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the deadline of the attempt covers it
                .handler(UpstreamPipelines.opening(this))
                .connect(new InetSocketAddress(addresses.get(index), settings().port()));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                pool.loop()
                        .execute(() ->
                                connect(addresses, index + 1)); // told on another thread where no socket could be made
            }
        });
    }

    private void succeed(Channel opened) {
        over = true;
        cancelDeadline();
        opened.closeFuture().addListener(closed -> pool.endpoint().slots().release());
    }

    private void cancelDeadline() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private static boolean isHttp1(String protocol) {
        return ApplicationProtocolNames.HTTP_1_1.equals(protocol);
    }

    private UpstreamEndpoint settings() {
        return pool.endpoint().settings();
    }
}
