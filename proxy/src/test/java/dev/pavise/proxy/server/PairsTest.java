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
        String host = new String("gateway.test");
        Entry first = pairs.add(builder(), "host", host).build().entry(0);
        assertSame(first, pairs.add(builder(), "host", host).build().entry(0));
        Entry status = pairs.add(builder(), "status", 200).build().entry(0);
        assertSame(status, pairs.add(builder(), "status", 200).build().entry(0));
    }

    @Test
    void recordsWhatItIsGiven() {
        for (int round = 0; round < 3; round++) {
            AuditRecord.Builder record = builder();
            pairs.add(record, "host", "h" + round % 2);
            pairs.add(record, "rule", (String) null);
            pairs.add(record, "status", 200 + round % 2);
            // These share a place with `host` and with one another.
            pairs.add(record, "query", "q");
            pairs.add(record, "query", "r");
            assertEquals(
                    List.of(
                            new Entry("host", "h" + round % 2),
                            new Entry("status", 200L + round % 2),
                            new Entry("query", "r")),
                    record.build().metadata());
        }
    }
}
