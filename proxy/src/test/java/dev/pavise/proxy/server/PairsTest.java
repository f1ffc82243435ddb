package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditRecord.Entry;
import dev.pavise.auditlog.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PairsTest {
    private final Pairs pairs = new Pairs();

    private static AuditRecord.Builder builder() {
        return AuditRecord.of(Phase.INTENT, "a", "b", "c");
    }

    @Test
    void givesTheSamePairForTheSameValue() {
        Entry first = pairs.add(builder(), "host", "gateway.test").build().entry(0);
        assertSame(
                first,
                pairs.add(builder(), "host", "gateway.".concat("test")).build().entry(0));
        Entry status = pairs.add(builder(), "status", 200).build().entry(0);
        assertSame(status, pairs.add(builder(), "status", 200).build().entry(0));
    }

    @Test
    void recordsWhatItIsGivenWhateverSharesAPlace() {
        for (int round = 0; round < 3000; round++) {
            AuditRecord.Builder record = builder();
            pairs.add(record, "host", "h" + round % 700);
            pairs.add(record, "rule", (String) null);
            pairs.add(record, "status", round % 700);
            pairs.add(record, "long", "x".repeat(300 + round % 2));
            assertEquals(
                    List.of(
                            new Entry("host", "h" + round % 700),
                            new Entry("status", (long) (round % 700)),
                            new Entry("long", "x".repeat(300 + round % 2))),
                    record.build().metadata());
        }
    }
}
