package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.ship.Shipper;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Place;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.forward.Forwarder;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.issuer.Issuers;
import dev.pavise.proxy.management.AuditVisibility;
import dev.pavise.proxy.management.AuthApi;
import dev.pavise.proxy.management.KubernetesApi;
import dev.pavise.proxy.management.Management;
import dev.pavise.proxy.management.ToolsApi;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.opa.DecisionPoints;
import dev.pavise.proxy.tool.Tools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway. {@link #start} returns when it serves; {@link #close} drains it: in-flight requests and streams finish within
 * {@code drain_timeout}, then the audit log is sealed.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);

    /** Each may have ten records a second of its own, so this bounds what a flood of refusals can write. */
    static final int REFUSALS_TOLD_APART = 64;

    private final GatewayConfig startedWith;
    private final Assembler assembler;
    private final CurrentSnapshot current;
    private final GatewayMetrics metrics;
    private final AuditStore audit;
    private final Redactor redactor;
    private final CertificateExpiry expiry;
    private final Upkeep upkeep;
    private final EventLoops eventLoops;
    private final Listeners listeners;
    private final Forwarder forwarder;
    private final ExecutorService blocking;
    private final Issuers issuers;
    private final Tools tools;
    private final @Nullable Path ca;
    private volatile Map<String, Upstream> upstreams;
    private DecisionPoints points;
    private final Set<String> shown = new HashSet<>(); // upstreams and issuers that have figures
    private volatile GatewayConfig config;
    private final GivenAccess given;
    private AccessCompiler access;
    private @Nullable Announcement announcement;
    private @Nullable Shipper shipper;
    private volatile boolean draining;
    private final Object ending = new Object();
    private boolean closed;

    ProxyServer(
            GatewayConfig config,
            Lasting lasting,
            Assembler assembler,
            Assembler.Assembled.Ready first,
            Redactor redactor,
            AuditStore audit) {
        this.startedWith = config;
        this.config = config;
        this.assembler = assembler;
        this.current = new CurrentSnapshot(first.snapshot());
        this.access = first.access();
        this.given = lasting.given();
        this.upstreams = first.upstreams();
        this.points = first.points();
        this.ca = first.ca();
        this.audit = audit;
        this.redactor = redactor;
        this.issuers = lasting.issuers();
        this.tools = lasting.tools();
        tools.take(first.tools().orElse(null));
        this.metrics = lasting.metrics();
        InstantSource clock = lasting.clock();
        RefusalRollup rollup = new RefusalRollup(clock, REFUSALS_TOLD_APART);
        Sessions sessions = new Sessions(clock);
        this.blocking = Executors.newVirtualThreadPerTaskExecutor();
        Transport transport = Transport.of(config.listen().transport());
        this.forwarder = new Forwarder(transport.clients());
        AuthApi auth = new AuthApi(given.access(), () -> current.get().policy(), clock);
        Management management = new Management(
                this::readiness,
                metrics,
                audit,
                AuditVisibility.of(config.audit().visible()),
                auth,
                new ToolsApi(tools, audit.log(), clock),
                new KubernetesApi(lasting.pod(), this::kubernetes, clock),
                blocking);
        Failures failures = new Failures(metrics, System::nanoTime);
        this.eventLoops = new EventLoops(
                transport,
                new Loop.Services(
                        new Gate(current, clock),
                        audit.log(),
                        audit.stats()::freeBytes,
                        rollup,
                        sessions,
                        forwarder,
                        management,
                        metrics,
                        failures,
                        config.audit().recorded(),
                        clock));
        this.listeners = new Listeners(eventLoops, current, metrics, config.limits());
        Gauges.bind(metrics, audit.stats(), () -> upstreams);
        audit.stats().witness().ifPresent(witness -> WitnessGauges.bind(metrics, witness));
        this.expiry = new CertificateExpiry(metrics, clock, log::warn);
        AuditOnlyWatch auditOnly = new AuditOnlyWatch(metrics, current, System::nanoTime, log::warn);
        EphemeralAudit ephemeral = new EphemeralAudit(config.audit(), metrics, System::nanoTime, log::warn);
        this.upkeep = new Upkeep(expiry, given, auditOnly, ephemeral, rollup, sessions, audit.log(), blocking);
    }

    /**
     * Starts a gateway.
     *
     * @throws StartFailure when anything that is configured cannot be honoured; nothing listens then
     */
    public static ProxyServer start(GatewayConfig config, EnvironmentLookup environment) throws StartFailure {
        return Start.start(config, environment, AuditStore::open);
    }

    /**
     * Begins to serve.
     *
     * @param madeToken whether this start had to make the operator's token
     */
    void begin(boolean madeToken) throws IOException {
        GatewayFile.Reading leftBehind = GatewayFile.read(config.dataDir());
        given.configure(config);
        given.access().onChange(this::renewAccess);
        eventLoops.start(upkeep::tick);
        issuers.settle();
        issuers.start(new IssuerEvents(this::onIssuer));
        startHealthChecks();
        bindUpstreams();
        expiry.took(config);
        for (ListenConfig.Door door : Assembler.doors(config)) {
            listeners.open(door, behind(door));
        }
        announcement = Announcement.make(
                config, listeners, current.get(), ca, InstantSource.system().instant());
        record(GatewayEvents.started(leftBehind, current.get(), madeToken));
        given.recordRecovery(audit.log());
        shipper = Shipping.start(config.audit(), audit, metrics, InstantSource.system())
                .orElse(null);
        log.info("serving on {} by {}", listeners.addresses(), eventLoops.transportName());
    }

    private void bindUpstreams() {
        for (String name : upstreams.keySet()) {
            if (shown.add(name)) {
                Gauges.bindUpstream(metrics, name, () -> upstreams);
            }
        }
        issuers.figures().forEach((name, figures) -> {
            if (shown.add("issuer " + name)) {
                Gauges.bindIssuer(metrics, name, figures);
            }
        });
    }

    private void startHealthChecks() {
        upstreams
                .values()
                .forEach(upstream ->
                        forwarder.startHealthChecks(eventLoops.first().eventLoop(), upstream));
    }

    private Door behind(ListenConfig.Door door) {
        return switch (door.name()) {
            case Assembler.METRICS_DOOR -> Door.METRICS;
            case Assembler.MANAGEMENT_DOOR -> Door.MANAGEMENT;
            default -> config.listen().management() == null ? Door.ALL : Door.ROUTES;
        };
    }

    /**
     * Takes a new configuration whole, or not at all; live connections are judged by it from their next request on, and streams within a second.
     *
     * @return why it was not taken; empty when it is in force
     */
    public List<ConfigError> reload(GatewayConfig next) {
        return reload(next, ConfigWatch.Cause.ASKED);
    }

    /** The same, for the records with its cause. */
    public synchronized List<ConfigError> reload(GatewayConfig next, ConfigWatch.Cause cause) {
        if (draining) {
            return List.of(new ConfigError(Place.startOf(next.file()), "the gateway is shutting down"));
        }
        List<ConfigError> fixed = Reload.unchangeable(startedWith, next);
        Assembler.Assembled assembled =
                fixed.isEmpty() ? assembler.assemble(next) : new Assembler.Assembled.Refused(fixed);
        return switch (assembled) {
            case Assembler.Assembled.Refused(List<ConfigError> errors) -> {
                issuers.discard();
                refuseReload(errors, cause);
                yield errors;
            }
            case Assembler.Assembled.Ready ready -> {
                ready.warnings().forEach(warning -> log.warn("{}", warning));
                Map<String, Upstream> former = upstreams;
                List<AuditRecord> events = ConfigEvents.taken(config, next, current.get(), ready.snapshot(), cause);
                current.swap(ready.snapshot());
                access = ready.access();
                given.configure(next);
                tools.take(ready.tools().orElse(null));
                redactor.take(next);
                issuers.settle();
                upstreams = ready.upstreams();
                startHealthChecks();
                bindUpstreams();
                config = next;
                listeners.change(next.limits());
                former.values().forEach(Upstream::close);
                points.close();
                points = ready.points();
                metrics.onReload(true);
                events.forEach(this::record);
                expiry.took(next);
                log.info("took a new configuration from {}", next.file());
                yield List.of();
            }
        };
    }

    /**
     * Puts changed keys and bindings in force: for every request that comes from now on, and for streams within a sweep of the deadlines. All that
     * was remembered of callers is forgotten.
     */
    private synchronized void renewAccess() {
        // What gives nothing was told of when the configuration was taken.
        AccessCompiler.Access renewed = access.compile(given.access().state(), idle -> {});
        current.swap(current.get().with(renewed.policy(), renewed.identities(), renewed.perKey()));
    }

    /** An issuer's keys are others: puts what identities rest on in force anew, for streams too, and writes it down. */
    private synchronized void onIssuer(AuditRecord event) {
        if (!closed) {
            Snapshot now = current.get();
            current.swap(now.with(now.policy(), now.identities(), now.perKey()));
            record(event);
        }
    }

    /** Tells that a configuration cannot be used; the one in force stays. */
    public void refuseReload(List<ConfigError> errors, ConfigWatch.Cause cause) {
        metrics.onReload(false);
        record(ConfigEvents.refused(errors, cause));
        errors.forEach(error -> log.error("the new configuration is not taken: {}", error));
    }

    private void record(AuditRecord event) {
        audit.log().append(event, eventLoops.first().unheard());
    }

    private KubernetesApi.Settings kubernetes() {
        return new KubernetesApi.Settings(config.kubernetes(), config.audit().ephemeral());
    }

    private String readiness() {
        if (draining) {
            return "draining";
        }
        return audit.log().unavailable().isPresent() ? "audit_unavailable" : "ready";
    }

    /** Where a door listens, with the port that the system chose if the configuration left it to it. */
    public InetSocketAddress address(String door) {
        return listeners.address(door);
    }

    /** The first door's URL, as a client on this machine would write it. */
    public String url() {
        return listeners.url(startedWith.listen().https().getFirst().name());
    }

    /** The throwaway CA that clients have to trust, where the configuration names no certificate. */
    public @Nullable Path ca() {
        return ca;
    }

    /** What requests are judged by now. */
    Snapshot snapshot() {
        return current.get();
    }

    /** What its connections live on. */
    EventLoops eventLoops() {
        return eventLoops;
    }

    public GatewayConfig config() {
        return config;
    }

    /** The keys and bindings that can be changed while it runs. */
    public Access access() {
        return given.access();
    }

    /** The running gateway's records. */
    public AuditStore audit() {
        return audit;
    }

    /** Stops taking in, lets what is under way finish, then closes. Repeating it is harmless. */
    @Override
    public void close() {
        synchronized (ending) { // not this, which changes of keys that are under way still need
            if (!closed) {
                closed = true;
                end();
            }
        }
    }

    private void end() {
        synchronized (this) { // a reload that is under way ends first, and none begins
            draining = true;
        }
        if (announcement != null) {
            announcement.close();
        }
        listeners.close();
        Duration patience = config.limits().drainTimeout();
        log.info("draining {} connections for at most {} s", listeners.connections(), patience.toSeconds());
        eventLoops.drain(patience, listeners::connections);
        upstreams.values().forEach(Upstream::close);
        points.close();
        eventLoops.close(); // with it the last sessions end
        upkeep.tick();
        record(GatewayEvents.stopped());
        forwarder.close();
        issuers.close();
        tools.close();
        blocking.shutdown();
        given.close();
        audit.close();
        Shipping.end(shipper);
        log.info("stopped");
    }
}
