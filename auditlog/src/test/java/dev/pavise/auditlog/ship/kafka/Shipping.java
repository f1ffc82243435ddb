package dev.pavise.auditlog.ship.kafka;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.export.Origin;
import dev.pavise.auditlog.ship.ShipSettings;
import dev.pavise.auditlog.ship.Shipper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Shipping with short waits. */
final class Shipping {
    private Shipping() {}

    static Shipper start(
            Path root, AuditSettings settings, String server, String topic, AuditStore store, Format format) {
        return start(root, settings, server, topic, null, store, format);
    }

    /** With TLS where a context is given. */
    static Shipper start(
            Path root,
            AuditSettings settings,
            String server,
            String topic,
            SSLContext tls,
            AuditStore store,
            Format format) {
        ShipSettings ship = new ShipSettings(
                settings.dir(),
                root.resolve("ship.position"),
                Origin.named(settings.origin()),
                format,
                "kafka:" + topic,
                1 << 18,
                Duration.ofMillis(50),
                Duration.ofMillis(500));
        KafkaSettings kafka = new KafkaSettings(
                List.of(server), topic, tls, ship.batchBytes(), Duration.ofSeconds(2), Duration.ofSeconds(4));
        return Shipper.start(
                ship,
                new Shipper.Backlog(store.stats()::size, store.stats()::signed),
                () -> KafkaSink.open(kafka, settings.origin()),
                InstantSource.system());
    }
}
