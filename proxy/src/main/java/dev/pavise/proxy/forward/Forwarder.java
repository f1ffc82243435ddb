package dev.pavise.proxy.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;

/**
 * Carries requests to upstreams. One serves all event loops; connections are kept for each loop by itself, so that an exchange never
 * crosses threads.
 */
@SuppressWarnings({"UnusedVariable", "DoNotCallSuggester"})
public final class Forwarder implements AutoCloseable {
    private final ChannelFactory<? extends Channel> channels;

    /** @param channels makes client sockets that fit the event loops: epoll, io_uring or NIO */
    public Forwarder(ChannelFactory<? extends Channel> channels) {
        this.channels = channels;
    }

    /**
     * Begins one exchange. Called on {@code loop}, on which all that follows happens as well. The listener is told nothing before this
     * returns; nothing is written to the socket before {@link UpstreamStream#flush()}.
     */
    public UpstreamStream open(EventLoop loop, Upstream upstream, ForwardRequest request, UpstreamListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Ends the threads that look names up. */
    @Override
    public void close() {}
}
