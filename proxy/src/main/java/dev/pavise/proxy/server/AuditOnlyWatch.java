package dev.pavise.proxy.server;

import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Route;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.rules.AuditOnly;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Keeps telling of routes that deny nothing, for as long as there are any: by a figure for each, and by a warning once an hour. */
final class AuditOnlyWatch {
    private static final long REMIND_NANOS = Duration.ofHours(1).toNanos();

    private final GatewayMetrics metrics;
    private final CurrentSnapshot current;
    private final LongSupplier nanoTime;
    private final Consumer<String> warn;
    private final Set<String> shown = new HashSet<>();
    private long remindedAt;

    /** The first warning is the one of the load, so the first of these comes an hour after. */
    AuditOnlyWatch(GatewayMetrics metrics, CurrentSnapshot current, LongSupplier nanoTime, Consumer<String> warn) {
        this.metrics = metrics;
        this.current = current;
        this.nanoTime = nanoTime;
        this.warn = warn;
        this.remindedAt = nanoTime.getAsLong();
    }

    /** To be called now and then, by one thread at a time. */
    void tick() {
        List<String> routes = routes();
        routes.forEach(this::show);
        long now = nanoTime.getAsLong();
        if (now - remindedAt >= REMIND_NANOS) {
            remindedAt = now;
            routes.forEach(route -> warn.accept(AuditOnly.warning(route)));
        }
    }

    private List<String> routes() {
        return AuditOnly.routes(current.get().routes(), Route::rule);
    }

    private void show(String route) {
        if (shown.add(route)) {
            metrics.gauge(
                    "pavise_route_audit_only",
                    "1 while the route denies nothing and only records what it would have denied",
                    this,
                    watch -> watch.routes().contains(route) ? 1 : 0,
                    "rule",
                    route);
        }
    }
}
