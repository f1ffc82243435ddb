package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.RefusalRollup;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk of its own, small enough to be filled: records are refused before a write can fault, and taken again by themselves. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FullDiskTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path root;

    private Path disk = Path.of("unset");
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(root.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString());
        Assumptions.assumeTrue(mounted, "mounting a small disk needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertTrue(run("umount", "-l", disk.toString()));
        }
    }

    private AuditSettings settings(long lowWater) {
        return Samples.settings(root).withLowWater(lowWater).withDir(disk.resolve("audit"));
    }

    @Test
    void refusesAtTheMarkAndRecordsThatItDoes() throws IOException {
        AuditSettings settings = settings(8 * MIB);
        Path filler = disk.resolve("filler");
        try (AuditStore store = AuditStore.open(settings)) {
            Files.write(filler, new byte[(int) (12 * MIB)]);
            long stored = appendUntilRefused(store);
            assertTrue(stored > 0);
            assertLowSpace(store);
            assertTrue(
                    Files.getFileStore(disk).getUsableSpace() >= 5 * MIB,
                    "free: " + store.stats().freeBytes());
            assertEquals(1, events(store, "audit_unavailable"));
            assertTrue(store.stats().refused() > 0);

            Files.delete(filler);
            Deadline.until(() -> store.log().unavailable().isEmpty());
            Collected.append(store.log(), Samples.intent("operator", "again"));
            assertEquals(1, events(store, "audit_available"));
        }
        assertWhole(settings);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8 * MIB})
    void neverFaultsWhereOthersTakeTheLastByte(long lowWater) throws IOException {
        AuditSettings settings = settings(lowWater);
        Path filler = disk.resolve("filler");
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "first"));
            fill(filler);
            // What is left is the reserve, where the log has given it up by now.
            assertTrue(Files.getFileStore(disk).getUsableSpace() <= MIB);
            appendUntilRefused(store);
            assertLowSpace(store);

            Files.delete(filler);
            Deadline.until(() -> store.log().unavailable().isEmpty());
            Collected.append(store.log(), Samples.intent("operator", "again"));
        }
        assertWhole(settings);
    }

    @Test
    void opensOnAFullDiskAndWaitsForRoom() throws IOException {
        AuditSettings settings = settings(MIB);
        AuditStore.open(settings).close();
        Path filler = disk.resolve("filler");
        fill(filler);
        try (AuditStore store = AuditStore.open(settings)) {
            assertLowSpace(store);
            Files.delete(filler);
            Deadline.until(() -> store.log().unavailable().isEmpty());
            Collected.append(store.log(), Samples.intent("operator", "again"));
        }
        assertWhole(settings);
    }

    /** Requests flow while others take the disk: what was let in is concluded, and counts that were kept back are not lost. */
    @ParameterizedTest
    @ValueSource(longs = {0, 8 * MIB})
    void concludesAllThatItLetIn(long lowWater) throws Exception {
        AuditSettings settings = settings(lowWater);
        RefusalRollup rollup = new RefusalRollup(InstantSource.system(), 8);
        Set<Integer> intents = ConcurrentHashMap.newKeySet();
        Set<Integer> outcomes = ConcurrentHashMap.newKeySet();
        AtomicLong refusals = new AtomicLong();
        Path filler = disk.resolve("filler");
        long counted = 0;
        try (AuditStore store = AuditStore.open(settings)) {
            ArrayBlockingQueue<Integer> open = new ArrayBlockingQueue<>(1000);
            AtomicBoolean full = new AtomicBoolean();
            Thread letIn = Thread.ofPlatform().start(() -> {
                for (int i = 0; !full.get() || store.log().unavailable().isEmpty(); i++) {
                    int request = i;
                    Collected intent = new Collected();
                    store.log().append(Samples.intent("operator", "r" + request + "."), intent);
                    if (intent.refused()) {
                        refusals.incrementAndGet();
                        rollup.judge("audit_unavailable", "operator");
                    } else {
                        intents.add(request);
                        try {
                            open.put(request);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                }
            });
            Deadline.until(() -> open.remainingCapacity() == 0);
            Thread conclude = Thread.ofPlatform().start(() -> {
                // A thousand are under way at any time, until nothing more is let in.
                while (letIn.isAlive() || !open.isEmpty()) {
                    Integer request = open.remainingCapacity() == 0 || !letIn.isAlive() ? open.poll() : null;
                    if (request != null) {
                        Collected outcome = new Collected();
                        store.log().append(concluding("r" + request + "."), outcome);
                        if (!outcome.refused()) {
                            outcomes.add(request);
                        }
                    }
                }
            });
            fill(filler);
            full.set(true);
            letIn.join();
            conclude.join();
            assertLowSpace(store);
            assertTrue(intents.size() >= 1000, "let in: " + intents.size());
            assertEquals(intents, outcomes);
            for (RefusalRollup.Rolled rolled : rollup.drain()) {
                Collected refused = new Collected();
                store.log().append(rolled.asRecord(), refused);
                assertTrue(refused.refused());
                rollup.putBack(rolled);
            }
            Files.delete(filler);
            Files.deleteIfExists(disk.resolve("rest"));
            Deadline.until(() -> store.log().unavailable().isEmpty());
            for (RefusalRollup.Rolled rolled : rollup.drain()) {
                Collected.append(store.log(), rolled.asRecord());
                counted += rolled.count();
            }
            assertEquals(1, events(store, "audit_unavailable"));
            assertEquals(1, events(store, "audit_available"));
        }
        assertEquals(Math.max(0, refusals.get() - RefusalRollup.OWN_RECORDS), counted);
        assertWhole(settings);
    }

    private static AuditRecord concluding(String request) {
        return AuditRecord.of(Phase.OUTCOME, "operator", "api.request", "/agents/7/logs")
                .outcome(Outcome.SUCCESS)
                .requestId(request)
                .concluding()
                .build();
    }

    private static long appendUntilRefused(AuditStore store) {
        for (long i = 0; i < 1_000_000; i++) {
            Collected collected = new Collected();
            store.log().append(Samples.intent("operator", "r" + i), collected);
            if (collected.refused()) {
                return i;
            }
        }
        throw new AssertionError("a full disk takes everything");
    }

    private static void assertLowSpace(AuditStore store) {
        AuditUnavailable why = store.log().unavailable().orElseThrow();
        assertEquals(Reason.LOW_SPACE, why.reason(), why.detail());
    }

    private static int events(AuditStore store, String type) throws IOException {
        return store.query(AuditQuery.builder().eventType(type).build()).rows().size();
    }

    static void fill(Path filler) throws IOException {
        byte[] chunk = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            // Down to the last pages, which take less than a chunk.
            Path rest = filler.resolveSibling("rest");
            try (OutputStream out = Files.newOutputStream(rest)) {
                while (true) {
                    out.write(new byte[4096]);
                }
            } catch (IOException reallyFull) {
                assertTrue(Files.size(filler) > 0);
            }
        }
    }

    private static void assertWhole(AuditSettings settings) throws IOException {
        AuditVerifier.Request request = new AuditVerifier.Request(
                settings.dir(), settings.dir().resolve("audit.pub"), settings.anchor(), settings.origin());
        assertInstanceOf(Verification.Whole.class, AuditVerifier.verify(request, _ -> {}));
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
