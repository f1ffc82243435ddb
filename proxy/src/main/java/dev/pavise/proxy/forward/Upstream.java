package dev.pavise.proxy.forward;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * One upstream: what the configuration says of it, and the state of its endpoints and connections, which lives as long as this object. A
 * new configuration makes a new one and closes the old: idle connections end then, exchanges under way finish.
 */
@SuppressWarnings("UnusedVariable")
public final class Upstream implements AutoCloseable {
    private final UpstreamSettings settings;
    private final LongSupplier nanoClock;

    public Upstream(UpstreamSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    public UpstreamSettings settings() {
        return settings;
    }

    /** How the endpoints are doing, in the order of the configuration. May be asked by any thread. */
    public List<EndpointStatus> health() {
        return List.of();
    }

    /** Ends idle connections and health checks; exchanges under way finish on theirs. May be called by any thread. */
    @Override
    public void close() {}
}
