package dev.pavise.proxy.forward;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;

/** Opens connections; the pool that asks has taken a slot for each, which comes back when the connection is closed or fails. */
final class Connector {
    private final ChannelFactory<? extends Channel> channels;
    private final HostResolver resolver;

    Connector(ChannelFactory<? extends Channel> channels, HostResolver resolver) {
        this.channels = channels;
        this.resolver = resolver;
    }

    void connect(UpstreamPool pool) {
        new ConnectAttempt(channels, resolver, pool).start();
    }
}
