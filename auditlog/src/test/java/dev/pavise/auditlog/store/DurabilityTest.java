package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Redaction;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a record has survived when it is reported as stored. */
class DurabilityTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({"PROCESS, PROCESS, false", "PROCESS, DISK, true", "DISK, PROCESS, true", "DISK, DISK, true"})
    void isAsStrictAsTheStricterOfLogAndAppend(Durability log, Durability append, boolean waits) throws IOException {
        Semaphore gate = new Semaphore(0);
        Writer writer = writer(Samples.settings(root).withDurability(log), file -> {
            gate.acquireUninterruptibly();
            file.force(false);
        });
        AtomicReference<Thread> on = new AtomicReference<>();
        writer.append(Samples.intent("operator", "r"), append, new Stored() {
            @Override
            public void stored(long seq) {
                on.set(Thread.currentThread());
            }

            @Override
            public void unavailable(AuditUnavailable why) {}
        });
        assertEquals(waits ? null : Thread.currentThread(), on.get());
        gate.release(100);
        if (waits) {
            Deadline.until(() -> on.get() != null);
            assertEquals("audit-sync", on.get().getName());
        }
        writer.close();
    }

    /** What had been written when a sync began is counted by reading the files, not believed. */
    @Test
    void reportsOnlyWhatHadBeenWrittenWhenTheSyncBegan() throws Exception {
        AuditSettings settings = Samples.settings(root).withSegments(1 << 20, Duration.ofDays(1));
        AtomicLong covered = new AtomicLong();
        AtomicInteger early = new AtomicInteger();
        AtomicInteger waited = new AtomicInteger();
        Writer writer = writer(settings, file -> {
            long written = written(settings);
            file.force(false);
            covered.set(written);
        });
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(thread);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 1500; i++) {
                    boolean disk = random.nextInt(8) == 0;
                    Collected collected = new Collected();
                    Stored watched = new Stored() {
                        @Override
                        public void stored(long seq) {
                            early.addAndGet(disk && seq >= covered.get() ? 1 : 0);
                            waited.addAndGet(disk ? 1 : 0);
                            collected.stored(seq);
                        }

                        @Override
                        public void unavailable(AuditUnavailable why) {
                            collected.unavailable(why);
                        }
                    };
                    AuditRecord record = Samples.intent("operator", "r".repeat(1 + random.nextInt(200)));
                    writer.append(record, disk ? Durability.DISK : Durability.PROCESS, watched);
                    collected.seq();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        writer.close();
        assertEquals(0, early.get());
        assertTrue(waited.get() > 500, "waited: " + waited);
        assertEquals(6000, written(settings));
    }

    @Test
    void needsNoSyncWhereNobodyAsksForOne() throws IOException {
        AtomicInteger syncs = new AtomicInteger();
        Writer writer = writer(Samples.settings(root), _ -> syncs.incrementAndGet());
        for (int i = 0; i < 100; i++) {
            Collected.append(writer, Samples.intent("operator", "r" + i));
        }
        writer.close();
        assertEquals(0, syncs.get());
    }

    @Test
    void syncsASegmentThatIsWrittenNoMore() throws IOException {
        AtomicInteger syncs = new AtomicInteger();
        AuditSettings settings = Samples.settings(root).withSegments(1 << 20, Duration.ofDays(1));
        Writer writer = writer(settings, _ -> syncs.incrementAndGet());
        for (int i = 0; i < 8000; i++) {
            Collected.append(writer, Samples.intent("operator", "r" + i));
        }
        int left = new AuditFolder(settings.dir()).segments().size() - 1;
        assertTrue(left > 0);
        Deadline.until(() -> syncs.get() == left);
        writer.close();
        assertEquals(left, syncs.get());
    }

    @ParameterizedTest
    @CsvSource({"PROCESS, true", "DISK, false"})
    void reportsNothingAsSyncedAfterASyncThatFailed(Durability durability, boolean takesOthers) throws IOException {
        AtomicInteger syncs = new AtomicInteger();
        Semaphore began = new Semaphore(0);
        Semaphore gate = new Semaphore(0);
        Writer writer = writer(Samples.settings(root).withDurability(durability), _ -> {
            began.release();
            gate.acquireUninterruptibly();
            if (syncs.getAndIncrement() == 0) {
                throw new IOException("no such luck");
            }
        });
        Collected during = new Collected();
        Collected before = new Collected();
        writer.append(Samples.intent("operator", "before"), Durability.DISK, before);
        began.acquireUninterruptibly();
        // Its pages may be among those that the failing sync loses, and the next sync would not say so.
        writer.append(Samples.intent("operator", "during"), Durability.DISK, during);
        gate.release(100);
        assertTrue(before.refused());
        assertTrue(during.refused());
        Collected after = new Collected();
        writer.append(Samples.intent("operator", "after"), Durability.DISK, after);
        assertTrue(after.refused());
        Collected less = new Collected();
        writer.append(Samples.intent("operator", "less"), Durability.PROCESS, less);
        assertEquals(!takesOthers, less.refused());
        assertEquals(takesOthers, writer.unavailable().isEmpty());
        assertEquals(1, syncs.get());
        writer.close();
    }

    @Test
    void survivesASyncThatThrowsWhatItShouldNot() throws IOException {
        Writer writer = writer(Samples.settings(root), _ -> {
            throw new InternalError("a fault");
        });
        Collected collected = new Collected();
        writer.append(Samples.intent("operator", "r"), Durability.DISK, collected);
        assertTrue(collected.refused());
        writer.close();
    }

    @Test
    void takesOutWhatMustNotBeKeptBeforeItIsWritten() throws IOException {
        AuditSettings settings = Samples.settings(root)
                .withRedaction(
                        record -> AuditRecord.of(record.phase(), record.actor(), record.action(), record.resource())
                                .metadata("token", "***")
                                .build());
        Writer writer = writer(settings, Syncer.Force.DATA);
        Collected.append(writer, Samples.intent("operator", "hunter2"));
        writer.close();
        try (LogCursor cursor = new LogCursor(new AuditFolder(settings.dir()))) {
            assertEquals(Step.RECORD, cursor.next());
            String line = new String(cursor.line(), StandardCharsets.UTF_8);
            assertTrue(line.contains("\"token\":\"***\""), line);
            assertFalse(line.contains("hunter2"), line);
        }
    }

    @ParameterizedTest
    @CsvSource({"throws", "overflows", "null"})
    void refusesARecordThatCannotBeRedacted(String how) throws IOException {
        Redaction redaction = record -> switch (how) {
            case "throws" -> throw new IllegalStateException("cannot take out `" + record.requestId() + "`");
            case "overflows" -> throw new StackOverflowError("in " + record.requestId());
            default -> nothing();
        };
        AuditSettings settings = Samples.settings(root).withRedaction(redaction);
        Writer writer = writer(settings, Syncer.Force.DATA);
        AtomicReference<AuditUnavailable> refused = new AtomicReference<>();
        writer.append(Samples.intent("operator", "hunter2"), new Stored() {
            @Override
            public void stored(long seq) {}

            @Override
            public void unavailable(AuditUnavailable why) {
                refused.set(why);
            }
        });
        assertEquals(AuditUnavailable.Reason.BROKEN, refused.get().reason());
        assertTrue(
                refused.get().detail().startsWith("the record cannot be redacted"),
                refused.get().detail());
        assertFalse(refused.get().toString().contains("hunter2"));
        assertTrue(writer.unavailable().isEmpty());
        writer.close();
        assertEquals(0, written(settings));
    }

    @SuppressWarnings("NullAway") // what a redaction that is wrong would return
    private static AuditRecord nothing() {
        return null;
    }

    private static Writer writer(AuditSettings settings, Syncer.Force force) throws IOException {
        Layout.prepare(settings.dir());
        AuditFolder folder = new AuditFolder(settings.dir());
        Room room = new Room(settings.dir(), folder.reserve(), settings.lowWaterBytes());
        return new Writer(settings, folder, room, 0, 0, force);
    }

    private static long written(AuditSettings settings) throws IOException {
        long count = 0;
        try (LogCursor cursor = new LogCursor(new AuditFolder(settings.dir()))) {
            while (cursor.next() == Step.RECORD) {
                count++;
            }
        }
        return count;
    }
}
