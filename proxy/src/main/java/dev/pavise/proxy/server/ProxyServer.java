package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.ship.Shipper;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.LimitsConfig;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.forward.Forwarder;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.gate.CurrentSnapshot;
import dev.pavise.proxy.gate.Door;
import dev.pavise.proxy.gate.Gate;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.management.AuditVisibility;
import dev.pavise.proxy.management.AuthApi;
import dev.pavise.proxy.management.KubernetesApi;
import dev.pavise.proxy.management.Management;
import dev.pavise.proxy.management.ToolsApi;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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

    private final Lasting lasting;
    private final InForce inForce;
    private final AuditStore audit;
    private final Upkeep upkeep;
    private final EventLoops eventLoops;
    private final Listeners listeners;
    private final Forwarder forwarder;
    private final ExecutorService blocking;
    private final @Nullable Path ca;
    private @Nullable Announcement announcement;
    private @Nullable Shipper shipper;
    private volatile boolean draining;
    private boolean closed;

    ProxyServer(
            GatewayConfig config,
            Lasting lasting,
            Assembler assembler,
            Assembler.Assembled.Ready first,
            Redactor redactor,
            AuditStore audit) {
        this.lasting = lasting;
        this.audit = audit;
        this.ca = first.ca();
        GatewayMetrics metrics = lasting.metrics();
        InstantSource clock = lasting.clock();
        CertificateExpiry expiry = new CertificateExpiry(metrics, clock, log::warn);
        this.inForce = new InForce(config, lasting, assembler, first, redactor, expiry, new Parts());
        CurrentSnapshot current = inForce.current();
        RefusalRollup rollup = new RefusalRollup(clock, REFUSALS_TOLD_APART);
        Sessions sessions = new Sessions(clock);
        this.blocking = Executors.newVirtualThreadPerTaskExecutor();
        Transport transport = Transport.of(config.listen().transport());
        this.forwarder = new Forwarder(transport.clients());
        AuthApi auth = new AuthApi(lasting.given().access(), () -> current.get().policy(), clock);
        Management management = new Management(
                this::readiness,
                metrics,
                audit,
                AuditVisibility.of(config.audit().visible()),
                auth,
                new ToolsApi(lasting.tools(), audit.log(), clock),
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
        Gauges.bind(metrics, audit.stats(), inForce::upstreams);
        audit.stats().witness().ifPresent(witness -> WitnessGauges.bind(metrics, witness));
        AuditOnlyWatch auditOnly = new AuditOnlyWatch(metrics, current, System::nanoTime, log::warn);
        EphemeralAudit ephemeral = new EphemeralAudit(config.audit(), metrics, System::nanoTime, log::warn);
        this.upkeep =
                new Upkeep(expiry, lasting.given(), auditOnly, ephemeral, rollup, sessions, audit.log(), blocking);
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
        GatewayConfig config = inForce.config();
        GatewayFile.Reading leftBehind = GatewayFile.read(config.dataDir());
        lasting.given().configure(config);
        lasting.given().access().onChange(inForce::renewAccess);
        eventLoops.start(upkeep::tick);
        inForce.begin();
        for (ListenConfig.Door door : Assembler.doors(config)) {
            listeners.open(door, behind(door));
        }
        announcement = Announcement.make(
                config, listeners, snapshot(), ca, InstantSource.system().instant());
        record(GatewayEvents.started(leftBehind, snapshot(), madeToken));
        lasting.given().recordRecovery(audit.log());
        shipper = Shipping.start(config.audit(), audit, lasting.metrics(), InstantSource.system())
                .orElse(null);
        log.info("serving on {} by {}", listeners.addresses(), eventLoops.transportName());
    }

    private Door behind(ListenConfig.Door door) {
        return switch (door.name()) {
            case Assembler.METRICS_DOOR -> Door.METRICS;
            case Assembler.MANAGEMENT_DOOR -> Door.MANAGEMENT;
            default -> config().listen().management() == null ? Door.ALL : Door.ROUTES;
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
    public List<ConfigError> reload(GatewayConfig next, ConfigWatch.Cause cause) {
        return inForce.reload(next, cause);
    }

    /** Tells that a configuration cannot be used; the one in force stays. */
    public void refuseReload(List<ConfigError> errors, ConfigWatch.Cause cause) {
        inForce.refuse(errors, cause);
    }

    private void record(AuditRecord event) {
        audit.log().append(event, eventLoops.first().unheard());
    }

    private KubernetesApi.Settings kubernetes() {
        return new KubernetesApi.Settings(
                config().kubernetes(), config().audit().ephemeral());
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
        return listeners.url(inForce.startedWith().listen().https().getFirst().name());
    }

    /** The throwaway CA that clients have to trust, where the configuration names no certificate. */
    public @Nullable Path ca() {
        return ca;
    }

    /** What requests are judged by now. */
    Snapshot snapshot() {
        return inForce.current().get();
    }

    /** What its connections live on. */
    EventLoops eventLoops() {
        return eventLoops;
    }

    public GatewayConfig config() {
        return inForce.config();
    }

    /** The keys and bindings that can be changed while it runs. */
    public Access access() {
        return lasting.given().access();
    }

    /** The running gateway's records. */
    public AuditStore audit() {
        return audit;
    }

    /** Stops taking in, lets what is under way finish, then closes. Repeating it is harmless. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            end();
        }
    }

    private void end() {
        inForce.settle(); // a reload that is under way ends first, and none begins
        draining = true;
        if (announcement != null) {
            announcement.close();
        }
        listeners.close();
        Duration patience = config().limits().drainTimeout();
        log.info("draining {} connections for at most {} s", listeners.connections(), patience.toSeconds());
        eventLoops.drain(patience, listeners::connections);
        inForce.close();
        eventLoops.close(); // with it the last sessions end
        upkeep.tick();
        record(GatewayEvents.stopped());
        forwarder.close();
        lasting.issuers().close();
        lasting.tools().close();
        blocking.shutdown();
        lasting.given().close();
        audit.close();
        Shipping.end(shipper);
        log.info("stopped");
    }

    /** What a change of the configuration reaches. */
    private final class Parts implements InForce.Reached {
        @Override
        public void checkHealth(Upstream upstream) {
            forwarder.startHealthChecks(eventLoops.first().eventLoop(), upstream);
        }

        @Override
        public void limit(LimitsConfig limits) {
            listeners.change(limits);
        }

        @Override
        public void record(AuditRecord event) {
            ProxyServer.this.record(event);
        }
    }
}
