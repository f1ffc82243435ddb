package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Witness;
import java.util.List;
import java.util.Locale;

/** What the log records about itself. */
final class OwnEvents {
    private OwnEvents() {}

    static AuditRecord opened(AuditSettings settings, long size) {
        return AuditRecord.ownEvent(EventType.AUDIT_OPENED, "audit.open", settings.origin())
                .metadata("records", size)
                .metadata("durability", settings.durability().name().toLowerCase(Locale.ROOT))
                .build();
    }

    static AuditRecord closed(AuditSettings settings) {
        return AuditRecord.ownEvent(EventType.AUDIT_CLOSED, "audit.close", settings.origin())
                .build();
    }

    static AuditRecord gap(AuditSettings settings, Recovery.Gap gap) {
        return AuditRecord.ownEvent(EventType.AUDIT_GAP, "audit.open", settings.origin())
                .outcome(Outcome.FAILURE)
                .metadata("first_missing", gap.from())
                .metadata("missing", gap.to() - gap.from())
                .build();
    }

    static AuditRecord cut(AuditSettings settings, Retained retained, List<String> notCopied) {
        AuditRecord.Builder event = AuditRecord.ownEvent(EventType.AUDIT_CUT, "audit.retain", settings.origin())
                .metadata("from", retained.from())
                .metadata("to", retained.to() - 1)
                .metadata("reason", retained.reason().code())
                .metadata("segments", retained.segments())
                .metadata("bytes", retained.bytes());
        return notCopied.isEmpty()
                ? event.build()
                : event.outcome(Outcome.FAILURE)
                        .metadata("not_copied_by", notCopied)
                        .build();
    }

    static AuditRecord damaged(AuditSettings settings, List<String> damages) {
        return AuditRecord.ownEvent(EventType.AUDIT_DAMAGED, "audit.open", settings.origin())
                .outcome(Outcome.FAILURE)
                .metadata("found", damages)
                .build();
    }

    static AuditRecord keyRotated(AuditSettings settings, String oldKey, String newKey) {
        return AuditRecord.ownEvent(EventType.AUDIT_KEY_ROTATED, "audit.rotate_key", settings.origin())
                .metadata("old_key", oldKey)
                .metadata("new_key", newKey)
                .build();
    }

    static AuditRecord witnessRefused(AuditSettings settings, String witness, Witness.Refusal refusal, String why) {
        return AuditRecord.ownEvent(EventType.AUDIT_WITNESS_REFUSED, "audit.cosign", settings.origin())
                .outcome(Outcome.FAILURE)
                .metadata("witness", witness)
                .metadata("reason", refusal.code())
                .metadata("detail", why)
                .build();
    }

    static AuditRecord witnessCosigned(AuditSettings settings, String witness, long size) {
        return AuditRecord.ownEvent(EventType.AUDIT_WITNESS_COSIGNED, "audit.cosign", settings.origin())
                .metadata("witness", witness)
                .metadata("records", size)
                .build();
    }

    static AuditRecord unavailable(AuditUnavailable why) {
        return AuditRecord.ownEvent(
                        EventType.AUDIT_UNAVAILABLE,
                        "audit.append",
                        why.reason().code())
                .outcome(Outcome.FAILURE)
                .metadata("detail", why.detail())
                .build();
    }

    static AuditRecord available(AuditUnavailable why, long refused) {
        return AuditRecord.ownEvent(
                        EventType.AUDIT_AVAILABLE, "audit.append", why.reason().code())
                .metadata("refused", refused)
                .build();
    }
}
