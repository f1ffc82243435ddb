package dev.pavise.proxy.metrics;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.proxy.http.RefusalCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The gateway's meters. They are looked up once and kept, so that counting costs nanoseconds. No principal, address or path of a request
 * becomes a label: a caller cannot make series.
 */
public final class GatewayMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ConcurrentHashMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
    private final Map<RefusalCode, Counter> refusals = new EnumMap<>(RefusalCode.class);
    private final Map<AuditUnavailable.Reason, Counter> auditUnavailable = new EnumMap<>(AuditUnavailable.Reason.class);
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter accepted;
    private final Counter refusedConnections;
    private final Counter handshakes;
    private final Counter resumedHandshakes;
    private final Counter failedHandshakes;
    private final Counter brokenConnections;
    private final Counter bugs;
    private final Counter reloads;
    private final Counter failedReloads;

    public GatewayMetrics() {
        for (RefusalCode code : RefusalCode.values()) {
            refusals.put(
                    code,
                    counter(
                            "pavise_refusals",
                            "requests that the gateway refused or broke off",
                            "reason",
                            code.code()));
        }
        for (AuditUnavailable.Reason reason : AuditUnavailable.Reason.values()) {
            auditUnavailable.put(
                    reason,
                    counter(
                            "pavise_audit_unavailable",
                            "requests refused as no record could be stored",
                            "reason",
                            reason.code()));
        }
        accepted = counter("pavise_connections_accepted", "connections of clients taken in");
        refusedConnections =
                counter("pavise_connections_refused", "connections closed at once, as there were too many");
        handshakes = counter("pavise_tls_handshakes", "TLS handshakes", "result", "full");
        resumedHandshakes = counter("pavise_tls_handshakes", "TLS handshakes", "result", "resumed");
        failedHandshakes = counter("pavise_tls_handshakes", "TLS handshakes", "result", "failed");
        brokenConnections =
                counter("pavise_connections_broken", "connections that ended by an error of the network or the client");
        bugs = counter("pavise_bugs", "failures of the gateway itself; each is a bug");
        reloads = counter("pavise_config_reloads", "configurations taken from the file", "result", "applied");
        failedReloads = counter("pavise_config_reloads", "configurations taken from the file", "result", "refused");
        gauge("pavise_connections", "connections of clients that are open", connections, AtomicInteger::get);
        JvmMeters.bind(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder(name).description(help).tags(labels).register(registry);
    }

    /** What is counted of decisions outside for the rule of this name, which comes from the configuration. */
    public ExternalMeters external(String rule) {
        return new ExternalMeters(registry, rule);
    }

    /** Shows a figure of something that lives as long as the gateway. */
    public <T> void gauge(String name, String help, T of, ToDoubleFunction<T> figure, String... labels) {
        Gauge.builder(name, of, figure)
                .description(help)
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }

    /** Shows a figure for each of some labels. Each call of what is returned takes the place of all that was shown before. */
    public Consumer<Map<String, Double>> gauges(String name, String help, String label) {
        MultiGauge gauges = MultiGauge.builder(name).description(help).register(registry);
        return figures -> gauges.register(
                figures.entrySet().stream()
                        .<MultiGauge.Row<?>>map(
                                each -> MultiGauge.Row.of(Tags.of(label, each.getKey()), each.getValue()))
                        .toList(),
                true);
    }

    /** Shows a count that is kept elsewhere. */
    public <T> void count(String name, String help, T of, ToDoubleFunction<T> figure, String... labels) {
        FunctionCounter.builder(name, of, figure).description(help).tags(labels).register(registry);
    }

    /** An answer's head was sent. The rule is a route's or management path's name, so from the configuration. */
    public void onAnswer(String rule, int status, long elapsedNanos) {
        RouteMeters known = routes.get(rule);
        RouteMeters meters = known == null ? routes.computeIfAbsent(rule, RouteMeters::new) : known;
        meters.on(status, elapsedNanos);
    }

    public void onRefusal(RefusalCode code) {
        count(refusals, code);
    }

    /** A route that is only tried out let pass what it would have denied. Rare, so the meter is looked up. */
    public void onWouldDeny(String rule, String cause) {
        counter("pavise_would_deny", "requests that an audit-only route let pass", "rule", rule, "cause", cause)
                .increment();
    }

    public void onAuditUnavailable(AuditUnavailable why) {
        count(auditUnavailable, why.reason());
    }

    private static <K extends Enum<K>> void count(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }

    public void onAccept() {
        accepted.increment();
        connections.incrementAndGet();
    }

    public void onClose() {
        connections.decrementAndGet();
    }

    public void onConnectionRefused() {
        refusedConnections.increment();
    }

    public void onHandshake(boolean resumed) {
        (resumed ? resumedHandshakes : handshakes).increment();
    }

    public void onHandshakeFailure() {
        failedHandshakes.increment();
    }

    public void onConnectionFailure(boolean ofTheWorld) {
        (ofTheWorld ? brokenConnections : bugs).increment();
    }

    public void onBug() {
        bugs.increment();
    }

    public void onReload(boolean applied) {
        (applied ? reloads : failedReloads).increment();
    }

    /** All figures in the Prometheus text format. Takes its time: not for an event loop. */
    public String scrape() {
        return registry.scrape();
    }

    /** What is counted for one route. */
    private final class RouteMeters {
        private static final int FIRST = 100;
        private static final int LAST = 599;

        private final String rule;
        private final Counter[] byStatus = new Counter[LAST - FIRST + 1];
        private final Timer seconds;

        RouteMeters(String rule) {
            this.rule = rule;
            this.seconds = Timer.builder("pavise_request_head_seconds")
                    .description("from the end of the request's head to the answer's head")
                    .tag("route", rule)
                    .serviceLevelObjectives(
                            Duration.ofMillis(1),
                            Duration.ofMillis(10),
                            Duration.ofMillis(100),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(10))
                    .register(registry);
        }

        void on(int status, long nanos) {
            int slot = Math.min(Math.max(status, FIRST), LAST) - FIRST;
            Counter counter = byStatus[slot];
            if (counter == null) {
                counter = counter(
                        "pavise_requests", "requests answered", "route", rule, "code", Integer.toString(slot + FIRST));
                byStatus[slot] = counter; // two threads may both look it up: the registry gives both the same
            }
            counter.increment();
            seconds.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
