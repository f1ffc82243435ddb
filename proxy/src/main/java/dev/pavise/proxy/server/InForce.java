package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.LimitsConfig;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.opa.DecisionPoints;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running gateway serves by: the configuration that was taken last, and what was made of it. It changes with a new configuration, with keys and
 * roles given at run time, and with other keys of an issuer: one change at a time, on whatever thread, each in force with one swap of the snapshot.
 *
 * <p>Guarantees promise P8: a new configuration applies whole or not at all, to live connections as well.
 */
final class InForce {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);

    /** What a change reaches beside the snapshot. */
    interface Reached {
        void checkHealth(Upstream upstream);

        void limit(LimitsConfig limits);

        void record(AuditRecord event);
    }

    private final GatewayConfig startedWith;
    private final Assembler assembler;
    private final Lasting lasting;
    private final Redactor redactor;
    private final CurrentSnapshot current;
    private final CertificateExpiry expiry;
    private final Reached reached;
    private final Set<String> shown = new HashSet<>(); // upstreams and issuers that have figures
    private volatile GatewayConfig config;
    private volatile Map<String, Upstream> upstreams;
    private DecisionPoints points;
    private AccessCompiler access;
    private boolean settled;

    InForce(
            GatewayConfig config,
            Lasting lasting,
            Assembler assembler,
            Assembler.Assembled.Ready first,
            Redactor redactor,
            CertificateExpiry expiry,
            Reached reached) {
        this.startedWith = config;
        this.config = config;
        this.lasting = lasting;
        this.assembler = assembler;
        this.redactor = redactor;
        this.expiry = expiry;
        this.reached = reached;
        this.current = new CurrentSnapshot(first.snapshot());
        this.access = first.access();
        this.upstreams = first.upstreams();
        this.points = first.points();
        lasting.tools().take(first.tools().orElse(null));
    }

    CurrentSnapshot current() {
        return current;
    }

    GatewayConfig config() {
        return config;
    }

    GatewayConfig startedWith() {
        return startedWith;
    }

    Map<String, Upstream> upstreams() {
        return upstreams;
    }

    /** Puts the first configuration in force: from here on it may change. */
    void begin() {
        lasting.issuers().settle();
        lasting.issuers().start(new IssuerEvents(this::onIssuer));
        startHealthChecks();
        bindUpstreams();
        expiry.took(config);
    }

    private void bindUpstreams() {
        GatewayMetrics metrics = lasting.metrics();
        for (String name : upstreams.keySet()) {
            if (shown.add(name)) {
                Gauges.bindUpstream(metrics, name, () -> upstreams);
            }
        }
        lasting.issuers().figures().forEach((name, figures) -> {
            if (shown.add("issuer " + name)) {
                Gauges.bindIssuer(metrics, name, figures);
            }
        });
    }

    private void startHealthChecks() {
        upstreams.values().forEach(reached::checkHealth);
    }

    /** Takes a new configuration, or tells why not; then the one in force stays. */
    synchronized List<ConfigError> reload(GatewayConfig next, ConfigWatch.Cause cause) {
        if (settled) {
            return List.of(new ConfigError(Place.startOf(next.file()), "the gateway is shutting down"));
        }
        List<ConfigError> fixed = Reload.unchangeable(startedWith, next);
        Assembler.Assembled assembled =
                fixed.isEmpty() ? assembler.assemble(next) : new Assembler.Assembled.Refused(fixed);
        return switch (assembled) {
            case Assembler.Assembled.Refused(List<ConfigError> errors) -> {
                lasting.issuers().discard();
                refuse(errors, cause);
                yield errors;
            }
            case Assembler.Assembled.Ready ready -> {
                take(next, ready, cause);
                yield List.of();
            }
        };
    }

    private void take(GatewayConfig next, Assembler.Assembled.Ready ready, ConfigWatch.Cause cause) {
        ready.warnings().forEach(warning -> log.warn("{}", warning));
        Map<String, Upstream> former = upstreams;
        List<AuditRecord> events = ConfigEvents.taken(config, next, current.get(), ready.snapshot(), cause);
        current.swap(ready.snapshot());
        access = ready.access();
        lasting.given().configure(next);
        lasting.tools().take(ready.tools().orElse(null));
        redactor.take(next);
        lasting.issuers().settle();
        upstreams = ready.upstreams();
        startHealthChecks();
        bindUpstreams();
        config = next;
        reached.limit(next.limits());
        former.values().forEach(Upstream::close);
        points.close();
        points = ready.points();
        lasting.metrics().onReload(true);
        events.forEach(reached::record);
        expiry.took(next);
        log.info("took a new configuration from {}", next.file());
    }

    /** Tells that a configuration cannot be used; the one in force stays. */
    void refuse(List<ConfigError> errors, ConfigWatch.Cause cause) {
        lasting.metrics().onReload(false);
        reached.record(ConfigEvents.refused(errors, cause));
        errors.forEach(error -> log.error("the new configuration is not taken: {}", error));
    }

    /**
     * Puts changed keys and bindings in force: for every request that comes from now on, and for streams within a sweep of the deadlines. All that
     * was remembered of callers is forgotten.
     */
    synchronized void renewAccess() {
        // What gives nothing was told of when the configuration was taken.
        AccessCompiler.Access renewed = access.compile(lasting.given().access().state(), idle -> {});
        current.swap(current.get().with(renewed.policy(), renewed.identities(), renewed.perKey()));
    }

    /** An issuer's keys are others: puts what identities rest on in force anew, for streams too, and writes it down. */
    private synchronized void onIssuer(AuditRecord event) {
        if (!settled) {
            Snapshot now = current.get();
            current.swap(now.with(now.policy(), now.identities(), now.perKey()));
            reached.record(event);
        }
    }

    /** From now on no configuration is taken; one that is being taken is in force by then. Keys may still change. */
    synchronized void settle() {
        settled = true;
    }

    /** Nothing is forwarded any more, and nobody is asked. */
    void close() {
        upstreams.values().forEach(Upstream::close);
        points.close();
    }
}
