package dev.pavise.k8s.manager;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.EventType;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.Stored;
import java.time.InstantSource;

/** Records who was refused what, and why; a flood of it is counted instead of filling the log. */
final class Refusals {
    private static final int TOLD_APART = 1_000;

    private final AuditLog log;
    private final RefusalRollup rollup;

    Refusals(AuditLog log, InstantSource clock) {
        this.log = log;
        this.rollup = new RefusalRollup(clock, TOLD_APART);
    }

    /**
     * @param actor who, as far as it was proven; else {@code anonymous}
     * @param asked what, in words of ours
     */
    void record(String actor, String asked, String code, String detail, String ip, String requestId) {
        if (rollup.judge(code, actor.equals("anonymous") ? ip : actor) == RefusalRollup.Verdict.COUNTED) {
            return;
        }
        append(
                AuditRecord.of(Phase.EVENT, actor, "api.request", asked)
                        .eventType(EventType.ACCESS_DENIED)
                        .outcome(Outcome.DENIED)
                        .metadata("reason", code)
                        .metadata("detail", detail)
                        .ip(ip)
                        .requestId(requestId)
                        .build(),
                () -> {});
    }

    /** Writes down what was only counted; once a second, and before the log is closed. */
    void drain() {
        for (RefusalRollup.Rolled rolled : rollup.drain()) {
            append(rolled.asRecord(), () -> rollup.putBack(rolled));
        }
    }

    private void append(AuditRecord record, Runnable otherwise) {
        log.append(record, new Stored() {
            @Override
            public void stored(long seq) {
                // Nobody waits for it: what was refused stays so.
            }

            @Override
            public void unavailable(AuditUnavailable why) {
                otherwise.run();
            }
        });
    }
}
