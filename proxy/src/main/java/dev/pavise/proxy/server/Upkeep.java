package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.RefusalRollup;
import java.util.concurrent.Executor;

/**
 * What a running gateway does once a second: writes down what was counted of floods and when keys were used, and tells what is about to expire,
 * which routes deny nothing, and that the trail may end with its container.
 */
record Upkeep(
        CertificateExpiry expiry,
        GivenAccess given,
        AuditOnlyWatch auditOnly,
        EphemeralAudit ephemeral,
        RefusalRollup rollup,
        Sessions sessions,
        AuditLog audit,
        Executor blocking) {
    void tick() {
        expiry.tick();
        given.tick(blocking);
        auditOnly.tick();
        ephemeral.tick();
        sessions.tick(audit);
        for (RefusalRollup.Rolled rolled : rollup.drain()) {
            audit.append(rolled.asRecord(), new PutBack(rollup, rolled));
        }
    }
}
