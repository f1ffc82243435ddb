package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.gate.Strictness;
import org.jspecify.annotations.Nullable;

/** How a configuration wants the audit log opened. */
public final class ConfiguredAudit {
    private ConfiguredAudit() {}

    /** Without rules of redaction and a witness, which {@link ConfiguredWitness} adds. */
    static AuditSettings settings(AuditConfig config) {
        return AuditSettings.of(config.dir(), config.key(), config.anchor())
                .withDurability(durability(config.durability()))
                .withMirror(config.mirror())
                .withLowWater(config.lowWater().bytes())
                .withSegments(ConfiguredRetention.segmentBytes(config), ConfiguredRetention.segmentAge(config))
                .withRetention(ConfiguredRetention.of(config))
                .withOrigin(config.origin());
    }

    private static Durability durability(AuditConfig.Durability configured) {
        return switch (configured) {
            case PROCESS -> Durability.PROCESS;
            case DISK -> Durability.DISK;
        };
    }

    /** What a route asks beyond that. */
    static Strictness strictness(RouteConfig.@Nullable Audit route) {
        if (route == null) {
            return Strictness.USUAL;
        }
        return new Strictness(
                route.durability() == null ? Durability.PROCESS : durability(route.durability()),
                route.lowWater() == null ? 0 : route.lowWater().bytes());
    }
}
