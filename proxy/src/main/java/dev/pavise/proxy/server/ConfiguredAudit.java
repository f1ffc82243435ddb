package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Durability;
import dev.pavise.proxy.config.AuditConfig;

/** How a configuration wants the audit log opened. */
public final class ConfiguredAudit {
    private ConfiguredAudit() {}

    public static AuditSettings settings(AuditConfig config) {
        return AuditSettings.of(config.dir(), config.key(), config.anchor())
                .withDurability(
                        switch (config.durability()) {
                            case PROCESS -> Durability.PROCESS;
                            case DISK -> Durability.DISK;
                        })
                .withMirror(config.mirror())
                .withLowWater(config.lowWater().bytes());
    }
}
