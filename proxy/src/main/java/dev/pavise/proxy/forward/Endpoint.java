package dev.pavise.proxy.forward;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** The live state of one endpoint, shared by all event loops. */
final class Endpoint implements Balancer.Candidate {
    private final UpstreamEndpoint settings;
    private final EndpointHealth health;
    private final ConnectionSlots slots;
    private final List<UpstreamPool> pools = new CopyOnWriteArrayList<>();
    private final AtomicInteger outstanding = new AtomicInteger();

    Endpoint(UpstreamEndpoint settings, int connections, LongSupplier nanoClock) {
        this.settings = settings;
        this.health = new EndpointHealth(nanoClock);
        this.slots = new ConnectionSlots(connections);
    }

    UpstreamEndpoint settings() {
        return settings;
    }

    EndpointHealth health() {
        return health;
    }

    ConnectionSlots slots() {
        return slots;
    }

    @Override
    public boolean isUp() {
        return health.isUp();
    }

    @Override
    public int outstanding() {
        return outstanding.get();
    }

    void begun() {
        outstanding.incrementAndGet();
    }

    void ended() {
        outstanding.decrementAndGet();
    }

    /** Asks the other pools for an idle connection in place of which one can be opened. */
    void yieldIdle(UpstreamPool to) {
        for (UpstreamPool pool : pools) {
            if (pool != to) {
                pool.yieldIdle();
            }
        }
    }

    void added(UpstreamPool pool) {
        pools.add(pool);
    }

    List<UpstreamPool> pools() {
        return pools;
    }

    EndpointStatus status() {
        return new EndpointStatus(
                settings.label(), health.state(), outstanding.get(), slots.taken(), health.failures());
    }
}
