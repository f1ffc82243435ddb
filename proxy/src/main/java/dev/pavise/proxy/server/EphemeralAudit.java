package dev.pavise.proxy.server;

import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.kubernetes.AuditStorage;
import dev.pavise.proxy.kubernetes.OwnPod;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Says loudly, at the start and then once an hour, that the audit trail may end with its container: nobody shall find that out when it is needed. In a
 * cluster a trail that would is refused, unless the configuration says that it may.
 */
final class EphemeralAudit {
    private static final long REMIND_NANOS = Duration.ofHours(1).toNanos();

    private final AuditConfig audit;
    private final LongSupplier nanoTime;
    private final Consumer<String> warn;
    private long remindedAt;

    EphemeralAudit(AuditConfig audit, GatewayMetrics metrics, LongSupplier nanoTime, Consumer<String> warn) {
        this.audit = audit;
        this.nanoTime = nanoTime;
        this.warn = warn;
        this.remindedAt = nanoTime.getAsLong();
        metrics.gauge(
                "pavise_audit_ephemeral",
                "1 where the audit trail may end with its container, by audit.ephemeral",
                audit,
                configured -> configured.ephemeral() ? 1 : 0);
        if (audit.ephemeral()) {
            warn.accept(warning());
        }
    }

    /** To be called now and then, by one thread at a time. */
    void tick() {
        if (audit.ephemeral() && nanoTime.getAsLong() - remindedAt >= REMIND_NANOS) {
            remindedAt = nanoTime.getAsLong();
            warn.accept(warning());
        }
    }

    private String warning() {
        return warning(audit);
    }

    /** What is said where the configuration accepts the loss. */
    static String warning(AuditConfig audit) {
        return "AUDIT IS EPHEMERAL: `audit.ephemeral` is true, so the records in `" + audit.dir()
                + "` may end with this container"
                + (audit.ship() == null
                        ? ", and no others are kept; put audit.dir on a volume, or set audit.ship"
                        : "; what was shipped stays");
    }

    /** What stands against this trail in this place; empty where nothing does. */
    static Optional<String> problem(AuditConfig audit, OwnPod pod) {
        return problem(audit, pod, AuditStorage::lost);
    }

    static Optional<String> problem(AuditConfig audit, OwnPod pod, Function<Path, Optional<String>> lost) {
        if (!pod.inCluster() || audit.ephemeral() || audit.ship() != null) {
            return Optional.empty();
        }
        return lost.apply(audit.dir())
                .map(why -> "the audit folder `" + audit.dir() + "` would end with its container or pod: " + why
                        + "; mount a PersistentVolumeClaim there, or set audit.ship, or accept the loss by"
                        + " `audit.ephemeral: true`");
    }
}
