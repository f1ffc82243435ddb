package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.proxy.client.GatewayFile;
import dev.pavise.proxy.gate.Snapshot;
import dev.pavise.proxy.tls.CertificateFacts;
import dev.pavise.proxy.tls.ServerTls;

/** What the trail tells of the gateway's own life. */
final class GatewayEvents {
    private GatewayEvents() {}

    /**
     * A gateway serves. Whether the one before it ended by itself is told by what that left behind, so it is asked before this one has written its
     * own.
     *
     * @param madeToken whether this start had to make the operator's token
     */
    static AuditRecord started(GatewayFile.Reading leftBehind, Snapshot now, boolean madeToken) {
        AuditRecord.Builder event = AuditRecord.ownEvent(EventType.GATEWAY_STARTED, "gateway.start", "gateway");
        switch (leftBehind) {
            case GatewayFile.Reading.Absent ignored -> event.metadata("after_crash", false);
            case GatewayFile.Reading.Found(GatewayFile file) ->
                event.metadata("after_crash", true)
                        .metadata("crashed_started_at", file.startedAt().toString());
            case GatewayFile.Reading.Unfit ignored -> event.metadata("after_crash", true);
        }
        event.metadata("made_operator_token", madeToken);
        now.doors().values().stream().findFirst().map(ServerTls::facts).ifPresent(facts -> put(event, facts));
        return event.build();
    }

    private static void put(AuditRecord.Builder event, CertificateFacts facts) {
        event.metadata("certificate_serial", facts.serial())
                .metadata("certificate_sha256", facts.sha256())
                .metadata("certificate_not_after", facts.notAfter().toString());
    }

    /** The gateway ends by itself, and all that it did is recorded. */
    static AuditRecord stopped() {
        return AuditRecord.ownEvent(EventType.GATEWAY_STOPPED, "gateway.stop", "gateway")
                .build();
    }
}
