package dev.pavise.proxy.forward;

import io.netty.channel.EventLoop;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that one exchange tried, and the one it is trying: at most {@link #MOST} attempts, and none at an endpoint that was no good
 * for it before.
 */
final class Attempts {
    static final int MOST = 3;

    private final Endpoints endpoints;
    private long spared;
    private int made;
    private int index = Balancer.NONE;
    private @Nullable Endpoint endpoint;

    Attempts(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** How the upstream is called in details of failures. */
    String upstream() {
        return endpoints.name();
    }

    /** Chooses the endpoint of the next attempt; the pool to use for it, or null where there is none left to try. */
    @Nullable
    UpstreamPool next(EventLoop loop, boolean http1Only) {
        index = made < MOST ? endpoints.choose(spared, ThreadLocalRandom.current()) : Balancer.NONE;
        if (index == Balancer.NONE) {
            return null;
        }
        made++;
        Endpoint chosen = endpoints.get(index);
        chosen.begun();
        endpoint = chosen;
        return endpoints.pool(loop, index, http1Only);
    }

    /** The attempt got an answer. */
    void succeeded() {
        if (endpoint != null) {
            endpoint.health().succeeded();
        }
    }

    /** The endpoint took too long. */
    void tookTooLong() {
        if (endpoint != null) {
            endpoint.health().failed();
        }
    }

    /** The attempt failed, and is over. */
    void failed(Fault fault) {
        if (endpoint != null && fault.blamesEndpoint()) {
            endpoint.health().failed();
        }
        if (endpoint != null && fault.sparesEndpoint()) {
            spared |= 1L << index;
        }
        ended();
    }

    /** The attempt is over, whatever came of it; repeating it is harmless. */
    void ended() {
        Endpoint left = endpoint;
        endpoint = null;
        if (left != null) {
            left.ended();
        }
    }
}
