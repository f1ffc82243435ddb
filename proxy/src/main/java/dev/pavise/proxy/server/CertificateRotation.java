package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.tls.CertificateFacts;
import dev.pavise.proxy.tls.ServerTls;
import java.util.Optional;

/** Tells the audit trail that the gateway shows another certificate than before. */
final class CertificateRotation {
    private CertificateRotation() {}

    static Optional<AuditRecord> between(Snapshot before, Snapshot after) {
        Optional<CertificateFacts> old = facts(before);
        Optional<CertificateFacts> fresh = facts(after);
        if (old.isEmpty()
                || fresh.isEmpty()
                || old.get().sha256().equals(fresh.get().sha256())) {
            return Optional.empty();
        }
        return Optional.of(AuditRecord.ownEvent(EventType.CERTIFICATE_ROTATED, "certificate.rotate", "gateway")
                .metadata("old_serial", old.get().serial())
                .metadata("old_sha256", old.get().sha256())
                .metadata("old_not_after", old.get().notAfter().toString())
                .metadata("serial", fresh.get().serial())
                .metadata("sha256", fresh.get().sha256())
                .metadata("not_after", fresh.get().notAfter().toString())
                .build());
    }

    /** All doors show the same one. */
    private static Optional<CertificateFacts> facts(Snapshot snapshot) {
        return snapshot.doors().values().stream().findFirst().map(ServerTls::facts);
    }
}
