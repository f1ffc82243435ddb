package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.Stored;

/** Counts refusals again when their rolled-up event could not be stored, so that the count stays exact. */
record PutBack(RefusalRollup rollup, RefusalRollup.Rolled rolled) implements Stored {
    @Override
    public void stored(long seq) {}

    @Override
    public void unavailable(AuditUnavailable why) {
        rollup.putBack(rolled);
    }
}
