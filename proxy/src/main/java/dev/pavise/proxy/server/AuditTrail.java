package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.auditlog.ship.ShipStats;
import dev.pavise.auditlog.ship.Shipper;
import dev.pavise.proxy.config.AuditConfig;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of a process that is no gateway, by the same keys of a configuration: the same store, the same rules of redaction, the same
 * witness, sent on in the same way.
 */
public final class AuditTrail implements AutoCloseable {
    private final AuditStore store;
    private final @Nullable Shipper shipper;

    private AuditTrail(AuditStore store, @Nullable Shipper shipper) {
        this.store = store;
        this.shipper = shipper;
    }

    /**
     * Opens it, and begins to send it on where that is configured.
     *
     * @throws IOException if what the configuration names for it cannot be used
     */
    public static AuditTrail open(AuditConfig config, InstantSource clock) throws IOException, AuditOpenException {
        AuditStore store = AuditStore.open(ConfiguredWitness.settings(
                config, ConfiguredRedaction.rules(config.redact(), KnownSecrets.NONE), clock));
        try {
            return new AuditTrail(store, Shipping.start(config, store, clock).orElse(null));
        } catch (RuntimeException failure) {
            store.close();
            throw failure;
        }
    }

    /** Where its records are. */
    public AuditStore store() {
        return store;
    }

    /** How far it was sent on; empty where it goes nowhere. */
    public Optional<ShipStats> shipped() {
        return Optional.ofNullable(shipper);
    }

    /** Signs what is stored, then sends what is left, within its time. */
    @Override
    public void close() {
        store.close();
        Shipping.end(shipper);
    }
}
