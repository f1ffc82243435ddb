package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the way of a record from its object to its bytes leaves behind for the collector. Bytes are counted, not time. */
class GarbageTest {
    private static final int ROUNDS = 20_000;

    @TempDir
    Path root;

    private final RecordBody body = new RecordBody();
    private final RecordHead head = new RecordHead();
    private final AuditRecord record = AuditRecord.of(Phase.OUTCOME, "jwt:corp:alice", "api.request", "/agents/é\"")
            .outcome(Outcome.SUCCESS)
            .eventType("access_denied")
            .ip("192.0.2.7")
            .sessionId("session")
            .requestId("request")
            .traceId("trace")
            .metadata("status", 200)
            .metadata("duration_us", -1234)
            .metadata("tls", true)
            .metadata("act", List.of("jwt:corp:bob", "operator"))
            .build();

    @Test
    void encodesARecordWithoutMakingAnObject() {
        Instant now = Instant.parse("2026-11-21T21:46:05.123456Z");
        long bytes = allocated(() -> {
            body.write(record);
            head.write(42, now);
        });
        assertEquals(0, bytes, () -> bytes + " bytes in " + ROUNDS + " rounds");
    }

    /** A moment (24 bytes) and what the queue makes now and then; far below one object for each part of the record. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void appendsARecordWithNextToNothing(Durability durability) throws Exception {
        AuditSettings settings =
                Samples.settings(root).withDurability(durability).withMaxWaiting(1 << 20);
        try (AuditStore store = AuditStore.open(settings)) {
            long bytes = allocated(() -> store.log().append(record, NOBODY));
            assertTrue(bytes / ROUNDS <= 128, () -> bytes / ROUNDS + " bytes an append");
        }
    }

    private static final Stored NOBODY = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new IllegalStateException(why.toString());
        }
    };

    /** What this thread allocates in some rounds, once the code has run often. */
    private static long allocated(Runnable what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < ROUNDS; i++) {
            what.run();
        }
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                what.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
