package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.auditlog.ship.ShipStats;
import dev.pavise.auditlog.ship.Shipper;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.kubernetes.OwnPod;
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
     * @throws IOException if what the configuration names for it cannot be used, or would not outlive its container
     */
    public static AuditTrail open(AuditConfig config, OwnPod pod, InstantSource clock)
            throws IOException, AuditOpenException {
        Optional<String> lost = EphemeralAudit.problem(config, pod);
        if (lost.isPresent()) {
            throw new IOException(lost.get());
        }
        AuditStore store = AuditStore.open(ConfiguredWitness.settings(
                config, ConfiguredRedaction.rules(config.redact(), KnownSecrets.NONE), clock));
        try {
            return new AuditTrail(store, Shipping.start(config, store, clock).orElse(null));
        } catch (RuntimeException failure) {
            store.close();
            throw failure;
        }
    }

    /** What is to be said again and again of a trail that may end with its container; empty where it does not. */
    public static Optional<String> warning(AuditConfig config) {
        return config.ephemeral() ? Optional.of(EphemeralAudit.warning(config)) : Optional.empty();
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
