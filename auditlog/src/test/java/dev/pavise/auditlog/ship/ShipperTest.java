package dev.pavise.auditlog.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.export.Origin;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.RecordWalk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ShipperTest {
    @TempDir
    Path root;

    private final RecordingSink sink = new RecordingSink();
    private AuditSettings settings;
    private Path position;
    private long size;

    @BeforeEach
    void store() throws Exception {
        settings = Samples.settings(root);
        position = root.resolve("ship.position");
        write(100);
    }

    /** Writes records in a segment of their own. */
    private void write(int records) throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < records; i++) {
                store.log().append(Samples.intent("operator", "r" + i), new Collected());
            }
            Deadline.until(() -> store.stats().size() >= size + records);
        }
        try (RecordWalk walk = RecordWalk.fromFirst(new AuditFolder(settings.dir()))) {
            while (walk.next(Long.MAX_VALUE) != RecordWalk.Found.END) {
                size = walk.position();
            }
        }
    }

    private Shipper start() {
        return start(Format.JSON, () -> size);
    }

    private Shipper start(Format format, LongSupplier signed) {
        ShipSettings ship = new ShipSettings(
                settings.dir(),
                position,
                Origin.named(settings.origin()),
                format,
                "fake:topic",
                1 << 16,
                Duration.ofMillis(1),
                Duration.ofMillis(20));
        return Shipper.start(ship, new Shipper.Backlog(() -> size, signed), sink, InstantSource.system());
    }

    private void shipAll() {
        try (Shipper shipper = start()) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(0, shipper.lagMillis());
        }
    }

    private List<Long> arrived() {
        return sink.arrived().stream().map(Message::seq).toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shipsEachRecordOnceAndInOrderWhereNothingFails() throws Exception {
        shipAll();
        assertEquals(range(0, size), arrived());
        write(50);
        shipAll();
        assertEquals(range(0, size), arrived());
        shipAll();
        assertEquals(range(0, size), arrived());
    }

    @Test
    void shipsOnlyWhatIsUnderACheckpoint() {
        AtomicLong signed = new AtomicLong(40);
        try (Shipper shipper = start(Format.JSON, signed::get)) {
            Deadline.until(() -> shipper.lagRecords() == size - 40);
            assertEquals(40, shipper.shipped());
            assertTrue(shipper.lagMillis() >= 0);
            signed.set(size);
            Deadline.until(() -> shipper.lagRecords() == 0);
        }
        assertEquals(range(0, size), arrived());
    }

    @Test
    void sendsAgainWhatFailedAndPassesNothingOver() {
        sink.fail(3);
        try (Shipper shipper = start()) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(3, shipper.failures());
        }
        assertEquals(range(0, size), arrived().stream().distinct().toList());
    }

    @Test
    void waitsForASlowDestinationWithOneBatchInMemory() throws Exception {
        write(3000);
        sink.hang();
        try (Shipper shipper = start()) {
            Deadline.until(() -> sink.largestBatch() > 0);
            assertEquals(size, shipper.lagRecords());
            sink.answer();
            Deadline.until(() -> shipper.lagRecords() == 0);
        }
        assertTrue(sink.largestBatch() < (1 << 16) + (1 << 16), "batch of " + sink.largestBatch());
        assertEquals(range(0, size), arrived());
    }

    @Test
    void endsInTimeWhereTheDestinationHangs() throws Exception {
        sink.hang();
        Shipper shipper = start();
        Deadline.until(() -> sink.largestBatch() > 0);
        shipper.close(Duration.ofMillis(50));
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(each -> each.getName().equals("audit-ship")));
        sink.answer();
        shipAll();
        assertEquals(range(0, size), arrived());
    }

    @Test
    void shipsWhatIsLeftBeforeItEnds() {
        Shipper shipper = start();
        shipper.close(Duration.ofSeconds(20));
        assertEquals(0, shipper.lagRecords());
        assertEquals(range(0, size), arrived());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost", "empty", "garbled", "ahead", "huge", "other log", "other destination"})
    void sendsAllAgainWhereItsPositionCannotBeFollowed(String what) throws Exception {
        shipAll();
        sink.forget();
        String text = Files.readString(position);
        switch (what) {
            case "lost" -> Files.delete(position);
            case "empty" -> Files.writeString(position, "");
            case "garbled" -> Files.writeString(position, text.replaceFirst("next [0-9]+", "next 7"));
            case "huge" -> Files.writeString(position, "x".repeat(1 << 20));
            case "ahead" -> {
                // One that is whole, but of an older state of the folder: the log is shorter than what was shipped.
                Folders.delete(new AuditFolder(settings.dir()).segment(1));
                Files.deleteIfExists(new AuditFolder(settings.dir()).blocks());
                Files.delete(settings.anchor());
                Files.delete(new AuditFolder(settings.dir()).checkpoint());
                Folders.delete(settings.dir());
                size = 0;
                write(30);
            }
            case "other log" -> settings = settings.withOrigin("pavise/other");
            default -> Files.writeString(position, new ShipPosition("fake:other", "pavise/audit", 0, "").toString());
        }
        shipAll();
        assertEquals(range(0, size), arrived());
    }

    @Test
    void tellsOfRecordsThatWereRemovedBeforeTheyWereShipped() throws Exception {
        AtomicLong signed = new AtomicLong(40);
        try (Shipper shipper = start(Format.JSON, signed::get)) {
            Deadline.until(() -> shipper.lagRecords() == size - 40);
        }
        long removed = size;
        write(50);
        Folders.delete(new AuditFolder(settings.dir()).segment(1));
        sink.forget();
        try (Shipper shipper = start()) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(removed - 40, shipper.missing());
        }
        Message gap = sink.arrived().getFirst();
        assertEquals(Message.Kind.GAP, gap.kind());
        assertEquals(40, gap.seq());
        String told = text(gap);
        assertTrue(told.contains("\"first_missing\":40,\"missing\":" + (removed - 40)), told);
        assertFalse(told.contains("\"id\""), told);
        assertEquals(range(removed, size), arrived().subList(1, arrived().size()));
    }

    @Test
    void shipsAMessageThatNamesARecordThatIsTooLarge() throws Exception {
        try (AuditStore store = AuditStore.open(settings)) {
            AuditRecord.Builder large = AuditRecord.ownEvent("own", "a", "b");
            for (int i = 0; i < 5; i++) {
                large.metadata("m" + i, "x".repeat(8000));
            }
            Collected.append(store.log(), large.build());
        }
        write(10);
        sink.takeAtMost(30_000);
        try (Shipper shipper = start()) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(1, shipper.replacements());
        }
        assertEquals(range(0, size), arrived());
        Message instead = sink.arrived().stream()
                .filter(each -> each.kind() == Message.Kind.REPLACED)
                .findFirst()
                .orElseThrow();
        assertTrue(text(instead).contains("\"why\":\"too large: more than 30000\""), text(instead));
        assertTrue(text(instead).contains("\"record_seq\":" + instead.seq()), text(instead));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JSON", "OCSF"})
    void shipsAMessageThatNamesALineThatIsNoRecord(Format format) throws Exception {
        AuditFolder folder = new AuditFolder(settings.dir());
        Path file = folder.queueFiles(1).getFirst();
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, bytes.replace("\"r7\"", "\"r\n\""), StandardCharsets.ISO_8859_1);
        try (Shipper shipper = start(format, () -> size)) {
            Deadline.until(() -> shipper.lagRecords() == 0);
            assertEquals(1, shipper.replacements());
        }
        assertEquals(range(0, size), arrived());
        assertTrue(sink.arrived().stream()
                .anyMatch(each ->
                        each.kind() == Message.Kind.REPLACED && text(each).contains("unreadable: ")));
    }

    @Test
    void goesOnWhereItsPositionCannotBeWritten() throws Exception {
        Files.createDirectories(position.resolve("in the way"));
        try (Shipper shipper = start()) {
            Deadline.until(() -> shipper.failures() > 0);
        }
        Folders.delete(position);
        shipAll();
        assertEquals(range(0, size), arrived().stream().distinct().toList());
    }

    @Test
    void keepsItsPositionOutOfTheFolder() {
        position = settings.dir().resolve("ship.position");
        assertThrows(IllegalArgumentException.class, this::start);
    }

    private static String text(Message message) {
        return new String(message.value().bytes(), StandardCharsets.UTF_8);
    }
}
