package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.export.Origin;
import dev.pavise.auditlog.ship.ShipSettings;
import dev.pavise.auditlog.ship.ShipStats;
import dev.pavise.auditlog.ship.Shipper;
import dev.pavise.auditlog.ship.Sink;
import dev.pavise.auditlog.ship.kafka.KafkaSettings;
import dev.pavise.auditlog.ship.kafka.KafkaSink;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.Place;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.ShipConfig;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends audit records on as the configuration wants it. Where it wants nothing, nothing of it is loaded. */
final class Shipping {
    /** What is given to the last records once the log is closed. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private Shipping() {}

    /** Adds what keeps the configured certificates from being used. */
    static void check(GatewayConfig config, InstantSource clock, List<ConfigError> errors, List<String> warnings) {
        ShipConfig ship = config.audit().ship();
        if (ship == null || !ship.kafka().tls()) {
            return;
        }
        switch (context(ship.kafka(), clock)) {
            case TlsMaterial.Ready<SSLContext>(SSLContext ignored, List<String> said) -> warnings.addAll(said);
            case TlsMaterial.Refused<SSLContext>(List<String> problems) ->
                problems.forEach(problem -> errors.add(new ConfigError(Place.startOf(config.file()), problem)));
        }
    }

    /** Begins, and shows its figures; empty where nothing is to be sent. */
    static Optional<Shipper> start(AuditConfig config, AuditStore audit, GatewayMetrics metrics, InstantSource clock) {
        Optional<Shipper> begun = start(config, audit, clock);
        begun.ifPresent(shipper -> bind(metrics, shipper));
        return begun;
    }

    /** Begins; empty where nothing is to be sent. */
    static Optional<Shipper> start(AuditConfig config, AuditStore audit, InstantSource clock) {
        ShipConfig ship = config.ship();
        if (ship == null) {
            return Optional.empty();
        }
        String log = config.origin();
        Shipper shipper = Shipper.start(
                settings(ship, config.dir(), log),
                new Shipper.Backlog(audit.stats()::size, audit.stats()::signed),
                () -> sink(ship.kafka(), log, clock),
                clock);
        audit.holdFor("ship", () -> audit.stats().size() - shipper.lagRecords());
        return Optional.of(shipper);
    }

    /** Sends what is left, within its time. */
    static void end(@Nullable Shipper shipper) {
        if (shipper != null) {
            shipper.close(PATIENCE);
        }
    }

    private static ShipSettings settings(ShipConfig ship, Path dir, String log) {
        ShipConfig.Kafka kafka = ship.kafka();
        ShipSettings usual = ShipSettings.of(
                dir,
                ship.position(),
                Origin.named(log),
                switch (kafka.format()) {
                    case JSON -> Format.JSON;
                    case OCSF -> Format.OCSF;
                },
                "kafka:" + kafka.topic());
        return usual.withBatch(Math.toIntExact(kafka.batch().bytes()));
    }

    private static Sink sink(ShipConfig.Kafka kafka, String log, InstantSource clock) throws IOException {
        SSLContext context = null;
        if (kafka.tls()) {
            context = switch (context(kafka, clock)) {
                case TlsMaterial.Ready<SSLContext>(SSLContext ready, List<String> ignored) -> ready;
                case TlsMaterial.Refused<SSLContext>(List<String> problems) ->
                    throw new IOException(String.join("; ", problems));
            };
        }
        List<String> servers = kafka.servers().stream().map(HostPort::toString).toList();
        return KafkaSink.open(
                KafkaSettings.of(
                        servers,
                        kafka.topic(),
                        context,
                        Math.toIntExact(kafka.batch().bytes())),
                log);
    }

    private static TlsMaterial<SSLContext> context(ShipConfig.Kafka kafka, InstantSource clock) {
        Path cert = kafka.cert();
        Path key = kafka.key();
        return ClientContext.load(
                kafka.ca(), cert == null || key == null ? null : new ClientContext.Own(cert, key), clock);
    }

    private static void bind(GatewayMetrics metrics, ShipStats stats) {
        metrics.count("pavise_audit_ship_records", "records that were shipped", stats, ShipStats::shipped);
        metrics.gauge("pavise_audit_ship_lag_records", "stored records not shipped yet", stats, ShipStats::lagRecords);
        metrics.gauge(
                "pavise_audit_ship_lag_seconds",
                "age of the oldest record not shipped yet",
                stats,
                all -> all.lagMillis() / 1000.0);
        metrics.count(
                "pavise_audit_ship_failures", "deliveries that failed and are tried again", stats, ShipStats::failures);
        metrics.count(
                "pavise_audit_ship_missing_records",
                "records that were gone before they could be shipped",
                stats,
                ShipStats::missing);
        metrics.count(
                "pavise_audit_ship_replaced_records",
                "records that a message stood in for",
                stats,
                ShipStats::replacements);
    }
}
