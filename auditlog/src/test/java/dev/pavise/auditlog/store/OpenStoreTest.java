package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenStoreTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void numbersGoOnAfterARestart(Durability durability) throws IOException {
        AuditSettings settings = Samples.settings(root).withDurability(durability);
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(1, Collected.append(store.log(), Samples.intent("jwt:corp:alice", "r1")));
            assertEquals(2, Collected.append(store.log(), Samples.outcome("jwt:corp:alice", "r1")));
        }
        try (AuditStore store = AuditStore.open(settings)) {
            // Before it: opened, two records, closed, opened.
            assertEquals(5, Collected.append(store.log(), Samples.intent("jwt:corp:alice", "r2")));
            AuditPage page = store.query(AuditQuery.builder().actor("alice").build());
            assertEquals(
                    List.of(5L, 2L, 1L),
                    page.rows().stream().map(AuditPage.Row::seq).toList());
        }
    }

    @Test
    void givesEachRecordOneNumberAmongManyThreads() throws Exception {
        Set<Long> numbers = ConcurrentHashMap.newKeySet();
        try (AuditStore store = AuditStore.open(Samples.settings(root).withDurability(Durability.DISK))) {
            List<Thread> threads = LongStream.range(0, 8)
                    .mapToObj(thread -> Thread.startVirtualThread(() -> {
                        for (int i = 0; i < 200; i++) {
                            numbers.add(Collected.append(store.log(), Samples.intent("key:" + thread, "r" + i)));
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(1600, numbers.size());
    }

    @Test
    void refusesASecondGatewayOnOneFolder() throws IOException {
        AuditSettings settings = Samples.settings(root);
        try (AuditStore store = AuditStore.open(settings)) {
            refusesToOpen(settings, "in use by another gateway");
            assertTrue(store.log().unavailable().isEmpty());
        }
    }

    @Test
    void refusesEverythingAfterClose() throws IOException {
        AuditStore store = AuditStore.open(Samples.settings(root));
        store.close();
        store.close();
        assertEquals(Reason.CLOSED, store.log().unavailable().orElseThrow().reason());
        Collected late = new Collected();
        store.log().append(Samples.intent("operator", "r"), late);
        assertTrue(late.refused());
    }

    @Test
    void beginsNewSegmentsBySize() throws IOException {
        AuditSettings settings = Samples.settings(root).withSegments(1 << 20, Duration.ofDays(1));
        int count = 8000;
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 1; i <= count; i++) {
                assertEquals(i, Collected.append(store.log(), Samples.intent("operator", "r" + i)));
            }
        }
        try (var segments = Files.newDirectoryStream(settings.dir(), "segment-*")) {
            long found = java.util.stream.StreamSupport.stream(segments.spliterator(), false)
                    .count();
            assertTrue(found > 2, "segments: " + found);
        }
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(count + 3, Collected.append(store.log(), Samples.intent("operator", "last")));
        }
    }

    @Test
    void keepsItsKeyToItsOwner() throws IOException {
        AuditSettings settings = Samples.settings(root);
        AuditStore.open(settings).close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.key())));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.dir())));
    }

    @Test
    void refusesKeyAndAnchorInsideTheFolder() {
        AuditSettings inside = AuditSettings.of(root, root.resolve("audit.key"), root.resolve("../audit.anchor"));
        refusesToOpen(inside, "lies inside the audit folder");
    }

    @Test
    void refusesAnAnchorThatItsKeyDidNotSign() throws IOException {
        AuditSettings settings = Samples.settings(root);
        AuditStore.open(settings).close();
        Files.delete(settings.key());
        refusesToOpen(settings, "is not a checkpoint of log");
    }

    @Test
    void refusesAKeyThatIsNone() throws IOException {
        AuditSettings settings = Samples.settings(root);
        Files.writeString(settings.key(), "");
        refusesToOpen(settings, "cannot be read as an Ed25519 key");
    }

    @Test
    void answersEveryRecordOnceWhereTheDiskCannotKeepUp() throws IOException {
        AtomicLong stored = new AtomicLong();
        AtomicLong overloaded = new AtomicLong();
        int count = 5000;
        AuditSettings settings =
                Samples.settings(root).withDurability(Durability.DISK).withMaxWaiting(4);
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < count; i++) {
                store.log().append(Samples.intent("operator", "r" + i), new Stored() {
                    @Override
                    public void stored(long seq) {
                        stored.incrementAndGet();
                        throw new IllegalStateException("what a caller throws is the caller's");
                    }

                    @Override
                    public void unavailable(AuditUnavailable why) {
                        assertEquals(Reason.OVERLOADED, why.reason());
                        overloaded.incrementAndGet();
                    }
                });
            }
            assertTrue(overloaded.get() > 0);
            assertEquals(overloaded.get(), store.stats().refused());
        }
        assertEquals(count, stored.get() + overloaded.get());
    }

    @Test
    void takesRecordsFromAnInterruptedThread() throws IOException {
        for (Durability durability : Durability.values()) {
            try (AuditStore store = AuditStore.open(Samples.settings(root).withDurability(durability))) {
                Collected collected = new Collected();
                Thread.currentThread().interrupt();
                store.log().append(Samples.intent("operator", "r"), collected);
                assertTrue(Thread.interrupted());
                assertTrue(collected.seq() > 0);
                assertTrue(store.log().unavailable().isEmpty());
            }
        }
    }

    @Test
    void goesOnWhereTheClockGoesBack() throws IOException {
        AtomicLong days = new AtomicLong(20_000);
        AuditSettings settings =
                Samples.settings(root).withClock(() -> Instant.EPOCH.plus(Duration.ofDays(days.getAndDecrement())));
        for (int run = 0; run < 3; run++) {
            try (AuditStore store = AuditStore.open(settings)) {
                for (int i = 1; i <= 20; i++) {
                    assertEquals(run * 22 + i, Collected.append(store.log(), Samples.intent("operator", "r" + i)));
                }
            }
        }
    }

    @Test
    void countsWhatItDoes() throws IOException {
        try (AuditStore store = AuditStore.open(Samples.settings(root))) {
            Collected.append(store.log(), Samples.intent("operator", "r"));
            assertEquals(2, store.stats().appended());
            assertEquals(2, store.stats().size());
            Deadline.until(() -> store.stats().signed() == 2);
            assertEquals(0, store.stats().refused());
            assertEquals(0, store.stats().sealFailures());
            assertEquals(0, store.stats().mirrorLag());
            assertTrue(store.stats().freeBytes() > 0);
        }
    }

    @Test
    void goesOnWhereTheAnchorCannotBeWritten() throws IOException {
        Path away = Files.createDirectory(root.resolve("away"));
        AuditSettings kept = Samples.settings(root);
        AuditSettings settings = AuditSettings.of(kept.dir(), kept.key(), away.resolve("audit.anchor"))
                .withLowWater(0)
                .withSealEvery(Duration.ofMillis(50));
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> store.stats().signed() == 1);
            Path moved = Files.move(away, root.resolve("moved"));
            Collected.append(store.log(), Samples.intent("operator", "r"));
            Deadline.until(() -> store.stats().sealFailures() > 0);
            assertEquals(1, store.stats().signed());
            assertTrue(store.stats().checkpointAgeMillis() >= 0);
            Files.move(moved, away);
            Deadline.until(() -> store.stats().signed() == 2);
        }
    }

    private static void refusesToOpen(AuditSettings settings, String why) {
        String message = String.valueOf(assertThrows(AuditOpenException.class, () -> AuditStore.open(settings))
                .getMessage());
        assertTrue(message.contains(why), message);
    }
}
