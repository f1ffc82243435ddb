package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Folders;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Finding;
import dev.pavise.auditlog.verify.Finding.Kind;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start does with a folder that is not as the last process left it: it starts, and what is wrong stays visible. */
class RecoveryTest {
    @TempDir
    Path root;

    private AuditSettings settings = Samples.settings(Path.of("unset"));
    private AuditFolder folder = new AuditFolder(Path.of("unset"));

    @BeforeEach
    void settings() {
        settings = Samples.settings(root);
        folder = new AuditFolder(settings.dir());
    }

    /** One process: opened, {@code count} records, closed. */
    private void run(int count) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < count; i++) {
                Collected.append(store.log(), Samples.intent("operator", "r" + i));
            }
        }
    }

    private Verification verify() throws IOException {
        return AuditVerifier.verify(
                new AuditVerifier.Request(settings.dir(), folder.publicKey(), settings.anchor(), null), _ -> {});
    }

    private Finding first() throws IOException {
        return assertInstanceOf(Verification.Broken.class, verify()).first();
    }

    private List<AuditPage.Row> events(String type) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            return store.query(AuditQuery.builder().eventType(type).build()).rows();
        }
    }

    @Test
    void recordsTheGapWhereTheTailWasCut() throws IOException {
        run(10);
        run(10);
        Folders.delete(folder.segment(2));
        List<AuditPage.Row> gaps = events("audit_gap");
        assertEquals(1, gaps.size());
        assertTrue(gaps.getFirst().toString().contains("\"first_missing\":12,\"missing\":12"), gaps.toString());
        // Numbers that were given are never given again: 24 is this start, and 25 the gap.
        assertEquals(25, gaps.getFirst().seq());
        for (int later = 0; later < 3; later++) {
            assertEquals(Kind.MISSING, first().kind());
            assertEquals(12, first().seq());
            run(300);
        }
    }

    @Test
    void goesOnAfterAnOlderCopyWasPutBack() throws IOException {
        run(10);
        Folders.copy(settings.dir(), root.resolve("older"));
        run(10);
        Folders.delete(settings.dir());
        Folders.copy(root.resolve("older"), settings.dir());
        assertEquals(1, events("audit_gap").size());
        run(10);
        assertEquals(12, first().seq());
    }

    @Test
    void goesOnAfterTheWholeFolderWasRemoved() throws IOException {
        run(10);
        Folders.delete(settings.dir());
        run(10);
        assertEquals(Kind.MISSING, first().kind());
        assertEquals(0, first().seq());
        run(10);
        assertEquals(0, first().seq());
    }

    @Test
    void findsSignedRecordsThatWereChangedWhileItWasDown() throws IOException {
        run(10);
        Path file = folder.queueFiles(1).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("operator");
        bytes[at] = 'O';
        Files.write(file, bytes);
        run(10);
        assertEquals(Kind.CHANGED, first().kind());
        assertEquals(1, first().seq());
    }

    @Test
    void worksOutLeafHashesAgain() throws IOException {
        run(600);
        Files.delete(folder.leaves());
        Files.delete(folder.blocks());
        run(10);
        assertInstanceOf(Verification.Whole.class, verify());
        assertEquals(614 * 32, Files.size(folder.leaves()));
    }

    @Test
    void takesTheAnchorWhereTheFoldersCheckpointIsDamaged() throws IOException {
        run(10);
        Files.writeString(folder.checkpoint(), "nonsense");
        assertEquals(1, events("audit_damaged").size());
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(16, Collected.append(store.log(), Samples.intent("operator", "r")));
        }
        assertInstanceOf(Verification.Whole.class, verify());
    }

    @Test
    void startsWhateverIsWrittenOverTheFolder() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        run(50);
        run(50);
        Path whole = root.resolve("whole");
        Folders.copy(settings.dir(), whole);
        Path anchor = root.resolve("anchor.kept");
        Files.copy(settings.anchor(), anchor);
        for (int round = 0; round < 60; round++) {
            Folders.delete(settings.dir());
            Folders.copy(whole, settings.dir());
            Files.copy(anchor, settings.anchor(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            scribble(random);
            run(2);
            assertTrue(verify().counts().records() > 0);
        }
    }

    private void scribble(RandomGenerator random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(settings.dir())) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(folder.publicKey()))
                    .sorted()
                    .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] junk = new byte[1 + random.nextInt(256)];
            random.nextBytes(junk);
            channel.write(java.nio.ByteBuffer.wrap(junk), random.nextLong(1 << 15));
        }
    }

    @Test
    void isWholeAtEveryMomentWhileItIsWritten() throws Exception {
        settings = settings.withSegments(1 << 20, java.time.Duration.ofDays(1));
        try (AuditStore store = AuditStore.open(settings)) {
            Thread writing = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    Collected.append(store.log(), Samples.intent("operator", "r" + i));
                }
            });
            Deadline.until(() -> store.stats().signed() > 0);
            while (writing.isAlive()) {
                assertInstanceOf(Verification.Whole.class, verify());
                AuditPage page = store.query(AuditQuery.builder().limit(10).build());
                assertTrue(!page.rows().isEmpty());
            }
            writing.join();
            Deadline.until(() -> store.stats().signed() == store.stats().size());
            assertEquals(0, store.stats().checkpointAgeMillis());
            assertTrue(store.checkpoint().startsWith("pavise/audit\n20001\n"), store.checkpoint());
        }
    }

    /** A mapping whose file was cut faults; that is answered, and a new segment is begun. */
    @Test
    void goesOnAfterAFaultInTheMappedFile() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> store.stats().signed() == 1);
            try (FileChannel file = FileChannel.open(folder.queueFiles(1).getFirst(), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            Collected faulted = new Collected();
            store.log().append(Samples.intent("operator", "r"), faulted);
            assertTrue(faulted.refused());
            assertEquals(Reason.BROKEN, store.log().unavailable().orElseThrow().reason());
            Deadline.until(() -> store.log().unavailable().isEmpty());
            assertEquals(2, Collected.append(store.log(), Samples.intent("operator", "r")));
        }
        assertEquals(Kind.MISSING, first().kind());
        assertEquals(0, first().seq());
    }

    @Test
    void stopsTakingRecordsWhereWhatItStoredIsGone() throws IOException {
        settings = settings.withSealEvery(java.time.Duration.ofSeconds(1));
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "r"));
            Files.delete(folder.queueFiles(1).getFirst());
            Deadline.until(() -> store.log().unavailable().isPresent());
            assertEquals(Reason.BROKEN, store.log().unavailable().orElseThrow().reason());
        }
    }
}
