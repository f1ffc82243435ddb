package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retained.Reason;
import dev.pavise.auditlog.Retention;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What retention removes, what it leaves, and that the rest verifies at every moment. */
class RetentionTest {
    private static final long MIB = 1 << 20;
    /** More than the segment being written can take, with what is reserved ahead in it. */
    private static final Retention EIGHT_MIB = new Retention(null, 8 * MIB);

    private static final AuditRecord LARGE = AuditRecord.of(Phase.INTENT, "operator", "api.request", "/large")
            .metadata("padding", "x".repeat(1700))
            .build();

    @TempDir
    Path root;

    private AuditSettings settings = Samples.settings(Path.of("unset"));
    private AuditFolder folder = new AuditFolder(Path.of("unset"));

    @BeforeEach
    void settings() {
        settings = Samples.settings(root).withSegments(MIB, Duration.ofDays(1));
        folder = new AuditFolder(settings.dir());
    }

    private static void write(AuditStore store, int count) {
        AtomicLong refused = new AtomicLong();
        for (int i = 0; i < count; i++) {
            store.log().append(LARGE, new Stored() {
                @Override
                public void stored(long seq) {}

                @Override
                public void unavailable(AuditUnavailable why) {
                    refused.incrementAndGet();
                }
            });
        }
        assertEquals(0, refused.get(), () -> store.log().unavailable().toString());
        Deadline.until(() -> store.stats().signed() == store.stats().size());
    }

    private static List<AuditPage.Row> cuts(AuditStore store) throws IOException {
        return store.query(AuditQuery.builder().eventType("audit_cut").build()).rows();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void removesTheOldestSegmentsBySize(Durability durability) throws IOException {
        settings = settings.withDurability(durability);
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 7_000);
            int before = folder.segments().size();
            Retained retained = store.retain(EIGHT_MIB).orElseThrow();
            assertEquals(0, retained.from());
            assertEquals(Reason.SIZE, retained.reason());
            assertEquals(before - retained.segments(), folder.segments().size());
            assertEquals(retained.to(), store.stats().firstSeq());
            assertEquals(1, store.stats().cuts());
            assertTrue(
                    store.stats().segmentBytes() <= 8 * MIB,
                    "bytes: " + store.stats().segmentBytes());
            String event = cuts(store).getFirst().toString();
            assertTrue(event.contains("\"from\":0,\"to\":" + (retained.to() - 1) + ",\"reason\":\"size\""), event);
            assertTrue(store.retain(EIGHT_MIB).isEmpty());
        }
        assertEquals(7_003, CutLog.assertVerifies(settings));
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 1_000);
            Retained second = store.retain(EIGHT_MIB).orElseThrow();
            assertEquals(CutLog.first(settings), second.to());
            assertEquals(8_003, Collected.append(store.log(), Samples.intent("operator", "r")) - 2);
        }
        CutLog.assertVerifies(settings);
    }

    @Test
    void givesBackTheRoomOfLeafHashes() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 7_000);
            long size = Files.size(folder.leaves());
            assertTrue(store.retain(EIGHT_MIB).isPresent());
            assertTrue(Files.size(folder.leaves()) >= size);
            Path leaves = Files.createDirectory(root.resolve("only")).resolve("leaves");
            Files.createLink(leaves, folder.leaves());
            assertTrue(DiskUse.find().ofFolder(root.resolve("only")) < size / 2);
        }
    }

    @Test
    void removesWhatIsOldAndNothingYounger() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        settings = settings.withClock(now::get);
        try (AuditStore store = AuditStore.open(settings)) {
            for (int day = 0; day < 30; day++) {
                write(store, 10);
                now.set(now.get().plus(Duration.ofDays(2)));
            }
            assertTrue(store.retain(new Retention(Duration.ofDays(90), Long.MAX_VALUE))
                    .isEmpty());
            // On day 60; what was written on day 18 is older, but it was only on day 20 that its segment was left.
            Retained retained = store.retain(new Retention(Duration.ofDays(40), Long.MAX_VALUE))
                    .orElseThrow();
            assertEquals(Reason.AGE, retained.reason());
            AuditPage left = store.query(AuditQuery.builder()
                    .order(AuditQuery.Order.OLDEST_FIRST)
                    .limit(1)
                    .build());
            assertEquals(retained.to(), left.rows().getFirst().seq());
            String oldest = left.rows().getFirst().toString();
            assertTrue(oldest.contains("\"timestamp\":\"2026-01-19"), oldest);
        }
        CutLog.assertVerifies(settings);
    }

    @Test
    void neverRemovesTheSegmentBeingWrittenNorWhatIsNotSigned() throws IOException {
        settings = settings.withSealEvery(Duration.ofDays(1));
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < 2_000; i++) {
                Collected.append(store.log(), LARGE);
            }
            assertEquals(0, store.stats().signed());
            assertTrue(store.retain(new Retention(Duration.ofNanos(1), 1)).isEmpty());
        }
        try (AuditStore store = AuditStore.open(settings)) {
            assertTrue(store.retain(new Retention(null, 1)).isPresent());
            assertEquals(2_002, Collected.append(store.log(), Samples.intent("operator", "r")) - 2);
        }
        CutLog.assertVerifies(settings);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void goesOnWhereACutWasNotCarriedOutToItsEnd(int gone) throws IOException {
        Path kept = root.resolve("kept");
        long first;
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 7_000);
            Folders.copy(settings.dir(), kept);
            first = store.retain(EIGHT_MIB).orElseThrow().to();
        }
        List<Integer> segments = new AuditFolder(kept).segments();
        for (int segment : segments.subList(gone, segments.size())) {
            if (!Files.exists(folder.segment(segment))) {
                Folders.copy(new AuditFolder(kept).segment(segment), folder.segment(segment));
            }
        }
        if (gone == 2) {
            Files.delete(folder.queueFiles(segments.get(gone)).getFirst());
        }
        CutLog.assertVerifies(settings);
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> store.stats().cuts() == 0 && store.stats().segmentBytes() > 0);
            assertTrue(cuts(store).getFirst().toString().contains("\"reason\":\"resumed\""));
            assertEquals(first, store.stats().firstSeq());
            assertFalse(Files.exists(folder.segment(segments.get(gone))));
        }
        CutLog.assertVerifies(settings);
    }

    @Test
    void skipsASegmentWhoseStartSomebodyDamaged() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 7_000);
            List<Part> parts = Part.all(folder, settings.origin(), CutLog.key(settings), DiskUse.find());
            int over = RetentionPlan.bySize(parts, 8 * MIB);
            Files.writeString(folder.start(parts.get(over).number()), "nonsense");
            // The start of another segment, or of a made-up cut, is none either.
            Files.copy(
                    folder.start(parts.get(over - 2).number()),
                    folder.start(parts.get(over - 1).number()),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Retained retained = store.retain(EIGHT_MIB).orElseThrow();
            assertEquals(parts.get(over - 2).first(), retained.to());
        }
        CutLog.assertVerifies(settings);
    }

    @Test
    void noNoteOfAnotherKindIsACut() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            write(store, 2_000);
        }
        Files.copy(folder.start(2), folder.cut());
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(0, store.stats().firstSeq());
            assertEquals(
                    1,
                    store.query(AuditQuery.builder().eventType("audit_damaged").build())
                            .rows()
                            .size());
            assertEquals(1, folder.segments().getFirst());
        }
    }

    @Test
    void cursorsAndMirrorGoOnBehindTheCut() throws IOException {
        Path mirror = root.resolve("mirror.jsonl");
        try (AuditStore store = AuditStore.open(settings.withMirror(mirror))) {
            write(store, 7_000);
            AuditQuery.Builder query =
                    AuditQuery.builder().order(AuditQuery.Order.OLDEST_FIRST).limit(10);
            String cursor = store.query(query.build()).next().orElseThrow();
            Deadline.until(() -> store.stats().mirrorLag() == 0);
            long first = store.retain(EIGHT_MIB).orElseThrow().to();
            assertEquals(
                    first,
                    store.query(query.cursor(cursor).build()).rows().getFirst().seq());
            assertEquals(
                    7_001,
                    store.query(AuditQuery.builder().limit(1).build())
                            .rows()
                            .getFirst()
                            .seq());
        }
        try (var lines = Files.lines(mirror)) {
            assertEquals(7_003, lines.count());
        }
    }

    @Test
    void waitsForThoseWhoCopyTheLogUntilItCannotWaitLonger() throws IOException {
        AtomicLong copied = new AtomicLong();
        AtomicLong nanos = new AtomicLong();
        Retention most = new Retention(null, 18 * MIB);
        try (OpenStore store = (OpenStore) AuditStore.open(settings)) {
            write(store, 7_000);
            store.holdFor("kafka", copied::get);
            Retainer retainer = store.retainer(Duration.ZERO, nanos::get);
            assertTrue(retainer.now(most, true).isEmpty());
            List<Integer> segments = folder.segments();
            copied.set(1_200);
            Retained some = retainer.now(most, true).orElseThrow();
            assertTrue(some.to() <= 1_200 && some.to() > 600, some.toString());
            assertEquals(segments.size() - some.segments(), folder.segments().size());

            assertTrue(retainer.now(most, true).isEmpty());
            nanos.set(Duration.ofDays(1).toNanos() + 1);
            assertTrue(retainer.now(most, true).isPresent());
            String event = cuts(store).getFirst().toString();
            assertTrue(event.contains("\"not_copied_by\":[\"kafka\"]"), event);
        }
        CutLog.assertVerifies(settings);
    }

    @Test
    void doesNotWaitWhereSegmentsTakeFarMoreThanTheyMay() throws IOException {
        try (OpenStore store = (OpenStore) AuditStore.open(settings)) {
            write(store, 7_000);
            store.holdFor("kafka", () -> 0);
            Retainer retainer = store.retainer(Duration.ZERO, () -> 0);
            assertTrue(retainer.now(EIGHT_MIB, true).isPresent());
            assertTrue(cuts(store).getFirst().toString().contains("not_copied_by"));
        }
    }

    @Test
    void cutsByItselfWhileItIsWritten() throws IOException {
        settings = settings.withRetention(new Retention(null, 6 * MIB));
        for (int run = 0; run < 3; run++) {
            try (AuditStore store = AuditStore.open(settings)) {
                write(store, 1_600);
            }
            CutLog.assertVerifies(settings);
        }
        // Each start looks at once; the last one found two runs' segments.
        assertTrue(CutLog.first(settings) > 0);
    }
}
