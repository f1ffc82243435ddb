package dev.pavise.proxy.forward;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One upstream: what the configuration says of it, and the state of its endpoints and connections, which lives as long as this object. A
 * new configuration makes a new one and closes the old: idle connections end then, exchanges under way finish.
 */
public final class Upstream implements AutoCloseable {
    private final UpstreamSettings settings;
    private final UpstreamContext context;
    private final List<Endpoint> endpoints;
    private final Map<EventLoop, @Nullable UpstreamPool[]> pools = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Upstream(UpstreamSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.context = new UpstreamContext(settings, nanoClock, () -> closed);
        this.endpoints = settings.endpoints().stream()
                .map(each -> new Endpoint(each, settings.limits().connections(), nanoClock))
                .toList();
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /** How the endpoints are doing, in the order of the configuration. May be asked by any thread. */
    public List<EndpointStatus> health() {
        return endpoints.stream().map(Endpoint::status).toList();
    }

    /** Ends idle connections and health checks; exchanges under way finish on theirs. May be called by any thread. */
    @Override
    public void close() {
        closed = true;
        for (Endpoint endpoint : endpoints) {
            endpoint.pools().forEach(UpstreamPool::closeIdle);
        }
    }

    boolean isClosed() {
        return closed;
    }

    List<Endpoint> all() {
        return endpoints;
    }

    /** The pool of one endpoint on an event loop, which must be the caller's. */
    UpstreamPool pool(EventLoop loop, int index, boolean http1Only, Connector connector) {
        Endpoint endpoint = endpoints.get(index);
        UpstreamSecurity security = endpoint.settings().security();
        Dial dial = Dial.of(settings.protocol(), security, http1Only);
        @Nullable UpstreamPool[] ofLoop = pools.get(loop);
        if (ofLoop == null) {
            ofLoop = new UpstreamPool[endpoints.size() * 2];
            pools.put(loop, ofLoop); // only the loop itself puts its own
        }
        int slot = index * 2 + (dial == Dial.HTTP1 ? 0 : 1);
        UpstreamPool pool = ofLoop[slot];
        if (pool == null) {
            pool = new UpstreamPool(loop, endpoint, dial, context, connector);
            ofLoop[slot] = pool;
            endpoint.added(pool);
        }
        return pool;
    }
}
