package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Retention;
import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.gate.Strictness;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a configuration wants the audit log opened. */
public final class ConfiguredAudit {
    private ConfiguredAudit() {}

    public static AuditSettings settings(AuditConfig config) {
        return AuditSettings.of(config.dir(), config.key(), config.anchor())
                .withDurability(durability(config.durability()))
                .withMirror(config.mirror())
                .withLowWater(config.lowWater().bytes())
                .withSegments(segmentBytes(config.retention()), segmentAge(config.retention()))
                .withRetention(retention(config.retention()));
    }

    public static Retention retention(AuditConfig.Retention configured) {
        return new Retention(
                Duration.ofDays(configured.days()), configured.maxSize().bytes());
    }

    /** Whole segments are removed, so they are small beside what is kept. */
    private static long segmentBytes(AuditConfig.Retention configured) {
        return Math.clamp(configured.maxSize().bytes() / 16, 1L << 20, 1L << 30);
    }

    private static Duration segmentAge(AuditConfig.Retention configured) {
        Duration tenth = Duration.ofDays(configured.days()).dividedBy(10);
        return tenth.compareTo(Duration.ofDays(1)) < 0 ? tenth : Duration.ofDays(1);
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
