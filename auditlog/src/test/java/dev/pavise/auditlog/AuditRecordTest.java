package dev.pavise.auditlog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AuditRecordTest {
    private static AuditRecord.Builder filled(AuditRecord.Builder into) {
        into.outcome(Outcome.DENIED)
                .eventType(EventType.LOGIN_FAILURE)
                .ip("192.0.2.1")
                .sessionId("s")
                .requestId("r")
                .traceId("t")
                .concluding();
        for (int i = 0; i < 20; i++) {
            into.metadata("key" + i, i);
        }
        return into;
    }

    /** All that a record tells. */
    private static List<Object> told(AuditRecord record) {
        List<Object> all = new ArrayList<>();
        all.add(record.phase());
        all.add(String.valueOf(record.eventType()));
        all.add(record.actor());
        all.add(record.action());
        all.add(record.resource());
        all.add(record.outcome());
        all.add(String.valueOf(record.ip()));
        all.add(String.valueOf(record.sessionId()));
        all.add(String.valueOf(record.requestId()));
        all.add(String.valueOf(record.traceId()));
        all.add(record.concluding());
        all.add(record.metadata());
        return all;
    }

    @Test
    void nothingOfTheRecordBeforeIsInTheNext() {
        AuditRecord.Builder builder = filled(AuditRecord.of(Phase.EVENT, "actor", "action", "resource"));
        builder.build();
        AuditRecord next = builder.next(Phase.INTENT, "b", "c", "d").build();
        assertEquals(told(AuditRecord.of(Phase.INTENT, "b", "c", "d").build()), told(next));
    }

    @Test
    void aRecordDoesNotChangeWithItsBuilder() {
        AuditRecord.Builder builder = filled(AuditRecord.of(Phase.EVENT, "actor", "action", "resource"));
        AuditRecord first = builder.build();
        List<Object> before = told(first);
        builder.metadata("key3", "other").metadata("more", 1).build();
        builder.next(Phase.INTENT, "b", "c", "d").metadata("key0", "x").build();
        assertEquals(before, told(first));
    }

    @Test
    void aKeyGivenTwiceKeepsItsPlaceAndTakesTheLaterValue() {
        AuditRecord record = AuditRecord.of(Phase.EVENT, "a", "b", "c")
                .metadata("one", 1)
                .metadata("two", 2)
                .metadata("one", 3)
                .build();
        assertEquals(List.of(new AuditRecord.Entry("one", 3L), new AuditRecord.Entry("two", 2L)), record.metadata());
    }
}
