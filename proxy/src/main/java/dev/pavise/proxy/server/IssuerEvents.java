package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.proxy.issuer.KeyChange;
import java.util.List;
import java.util.function.Consumer;

/** Makes records of what became of issuers' keys. */
record IssuerEvents(Consumer<AuditRecord> then) implements KeyChange {
    /** An issuer writes the names; of very many the first are enough. */
    private static final int MOST_NAMES = 20;

    @Override
    public void changed(String issuer, List<String> added, List<String> removed) {
        then.accept(AuditRecord.ownEvent(EventType.ISSUER_KEYS_CHANGED, "issuer.keys", issuer)
                .metadata("added", some(added))
                .metadata("removed", some(removed))
                .build());
    }

    private static List<String> some(List<String> names) {
        return names.subList(0, Math.min(names.size(), MOST_NAMES));
    }

    @Override
    public void ranOut(String issuer) {
        then.accept(AuditRecord.ownEvent(EventType.ISSUER_KEYS_STALE, "issuer.keys", issuer)
                .build());
    }
}
