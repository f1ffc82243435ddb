package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * A log that takes no intent while the witness has not cosigned for too long, so that nothing new is begun. What ended, what was
 * refused and the gateway's own acts are recorded all the same.
 */
final class WitnessedLog implements AuditLog {
    private final AuditLog behind;
    private final Witnessing witnessing;
    private final LongAdder refused = new LongAdder();

    WitnessedLog(AuditLog behind, Witnessing witnessing) {
        this.behind = behind;
        this.witnessing = witnessing;
    }

    @Override
    public void append(AuditRecord record, Durability atLeast, Stored then) {
        Optional<AuditUnavailable> why = record.phase() == Phase.INTENT ? witnessing.notWitnessed() : Optional.empty();
        if (why.isPresent()) {
            refused.increment();
            then.unavailable(why.get());
        } else {
            behind.append(record, atLeast, then);
        }
    }

    @Override
    public Optional<AuditUnavailable> unavailable() {
        return behind.unavailable().or(witnessing::notWitnessed);
    }

    long refused() {
        return refused.sum();
    }
}
