package dev.pavise.proxy.forward;

import io.netty.channel.EventLoop;
import java.util.random.RandomGenerator;

/**
 * The endpoints that one exchange may use.
 *
 * @param barred bit set of those that it may not
 */
record Endpoints(Upstream upstream, Connector connector, long barred) {
    static Endpoints all(Upstream upstream, Connector connector) {
        return new Endpoints(upstream, connector, 0);
    }

    /** The one that a health check is about. */
    static Endpoints only(int index, Upstream upstream, Connector connector) {
        return new Endpoints(upstream, connector, ~(1L << index));
    }

    /** How the upstream is called in details of failures. */
    String name() {
        return "upstream `" + upstream.settings().name() + "`";
    }

    /** Index of an endpoint outside the bit set {@code spared}, or {@link Balancer#NONE}. */
    int choose(long spared, RandomGenerator random) {
        return Balancer.choose(upstream.all(), spared | barred, random);
    }

    Endpoint get(int index) {
        return upstream.all().get(index);
    }

    /** The pool of that endpoint on this event loop, which must be the caller's. */
    UpstreamPool pool(EventLoop loop, int index, boolean http1Only) {
        return upstream.pool(loop, index, http1Only, connector);
    }
}
