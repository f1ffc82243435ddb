package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import java.time.InstantSource;

/**
 * Keeps short connections from filling the log: the first {@value RefusalRollup#OWN_RECORDS} logins a second of each principal, and the sessions
 * that begin with them, have records of their own, the rest is counted and told once a second, exactly. What somebody does has records in any
 * case.
 */
final class Sessions {
    /** Only who was proven logs in, so these are as many as there are principals at once. */
    private static final int TOLD_APART = 4096;

    private static final String REASON = "login";

    private final RefusalRollup counts;

    Sessions(InstantSource clock) {
        this.counts = new RefusalRollup(clock, TOLD_APART);
    }

    /** Whether a login of this principal has records of its own; if not, it is counted. */
    boolean tellsOf(String principal) {
        return counts.judge(REASON, principal) == RefusalRollup.Verdict.RECORD;
    }

    /** To be called once a second, and before the log is closed. */
    void tick(AuditLog audit) {
        for (RefusalRollup.Rolled rolled : counts.drain()) {
            audit.append(record(rolled), new PutBack(counts, rolled));
        }
    }

    private static AuditRecord record(RefusalRollup.Rolled rolled) {
        return AuditRecord.of(Phase.EVENT, "system", Session.LOGIN, "logins")
                .eventType(EventType.LOGINS_ROLLED_UP)
                .outcome(Outcome.SUCCESS)
                .metadata("principal", rolled.origin())
                .metadata("count", rolled.count())
                .metadata("from", rolled.from().toString())
                .metadata("to", rolled.to().toString())
                .build();
    }
}
