package dev.pavise.proxy.forward;

import dev.pavise.policy.Permit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import java.util.Objects;

/**
 * Carries requests to upstreams. One serves all event loops; connections are kept for each loop by itself, so that an exchange never
 * crosses threads.
 */
public final class Forwarder implements AutoCloseable {
    private final HostResolver resolver = new HostResolver();
    private final Connector connector;

    /** @param channels makes client sockets that fit the event loops: epoll, io_uring or NIO */
    public Forwarder(ChannelFactory<? extends Channel> channels) {
        this.connector = new Connector(channels, resolver);
    }

    /**
     * Begins one exchange, for which there must be a permit. Called on {@code loop}, on which all that follows happens as well. The listener is told nothing before this
     * returns; nothing is written to the socket before {@link UpstreamStream#flush()}, also where the request ends with its head.
     */
    public ForwardedStream open(
            Permit permit, EventLoop loop, Upstream upstream, ForwardRequest request, UpstreamListener listener) {
        Objects.requireNonNull(permit);
        ForwardedStream stream = new ForwardedStream(loop, Endpoints.all(upstream, connector), request, listener);
        stream.open();
        return stream;
    }

    /** Checks the upstream's endpoints from this loop, where its settings ask for it, until the upstream is closed. */
    public void startHealthChecks(EventLoop loop, Upstream upstream) {
        upstream.settings().check().ifPresent(check -> new HealthChecker(loop, upstream, connector, check).start());
    }

    /** Ends the threads that look names up. */
    @Override
    public void close() {
        resolver.close();
    }
}
