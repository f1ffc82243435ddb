package dev.pavise.k8s.journal;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.k8s.act.Act;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** An act as records write it. */
final class Records {
    /** Under which an act's metadata names the gateway's request. */
    static final String REQUEST = "request_id";

    private Records() {}

    /**
     * What intent and outcome have in common and no other act has. It begins with the gateway's request, so that all that came of one
     * request is found by its id and a star.
     */
    static String newRequest(Act act) {
        String own = UUID.randomUUID().toString();
        String asked = act.metadata().get(REQUEST);
        return asked == null ? own : asked + "/" + own;
    }

    static AuditRecord intent(Act act, String request) {
        return of(Phase.INTENT, act, request).outcome(Outcome.UNKNOWN).build();
    }

    static AuditRecord done(Act act, String request, Map<String, String> metadata) {
        AuditRecord.Builder record = of(Phase.OUTCOME, act, request).outcome(Outcome.SUCCESS);
        new TreeMap<>(metadata).forEach(record::metadata);
        return record.concluding().build();
    }

    static AuditRecord failed(Act act, String request, String why) {
        return of(Phase.OUTCOME, act, request)
                .outcome(Outcome.FAILURE)
                .metadata("detail", why)
                .concluding()
                .build();
    }

    static AuditRecord found(Act act) {
        AuditRecord.Builder record = AuditRecord.of(
                        Phase.EVENT, act.asked(), act.action(), act.target().toString())
                .outcome(Outcome.SUCCESS)
                .metadata("reason", act.reason());
        new TreeMap<>(act.metadata()).forEach(record::metadata);
        return record.build();
    }

    private static AuditRecord.Builder of(Phase phase, Act act, String request) {
        AuditRecord.Builder record = AuditRecord.of(
                        phase, act.asked(), act.action(), act.target().toString())
                .requestId(request)
                .metadata("reason", act.reason());
        new TreeMap<>(act.metadata()).forEach((key, value) -> {
            if (!key.equals(REQUEST)) {
                record.metadata(key, value);
            }
        });
        return record;
    }
}
