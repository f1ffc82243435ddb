package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.proxy.issuer.KeyChange;
import java.util.List;
import java.util.function.Consumer;

/** Puts other keys of an issuer in force, and writes them down. */
record IssuerEvents(Runnable renew, Consumer<AuditRecord> record) implements KeyChange {
    /** An issuer writes the names; of very many the first are enough. */
    private static final int MOST_NAMES = 20;

    @Override
    public void changed(String issuer, List<String> added, List<String> removed) {
        renew.run();
        record.accept(AuditRecord.ownEvent("issuer_keys_changed", "issuer.keys", issuer)
                .metadata("added", some(added))
                .metadata("removed", some(removed))
                .build());
    }

    private static List<String> some(List<String> names) {
        return names.subList(0, Math.min(names.size(), MOST_NAMES));
    }

    @Override
    public void ranOut(String issuer) {
        renew.run();
        record.accept(
                AuditRecord.ownEvent("issuer_keys_stale", "issuer.keys", issuer).build());
    }
}
