package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that write and are killed with {@code kill -9}: what they said was stored is there, the next start goes on by
 * itself, and the log verifies. {@code -Dpavise.crash.rounds=200} makes a long run of it.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("pavise.crash.rounds", 6);
    private static final List<String> DIRECTLY = List.of();

    @TempDir
    Path root;

    private AuditSettings settings = Samples.settings(Path.of("unset"));
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(Long.getLong("pavise.crash.seed", 9));

    @BeforeEach
    void settings() {
        settings = Samples.settings(root);
    }

    /** At any moment: while the log opens, while segments are begun, sealed and cut, under four threads, with the clock being set. */
    @Test
    void losesNothingThatWasReportedStored() throws Exception {
        Victim victim = new Victim(root, settings);
        long most = 0;
        long slowest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Durability durability = round % 3 == 2 ? Durability.DISK : Durability.PROCESS;
            String clock = round % 2 == 1 ? "jumps=" + round : "still=" + round;
            victim.start(DIRECTLY, durability, "threads=4", "segment=" + (1 << 20), "retain=" + (2 << 20), clock);
            if (round % 5 == 4) {
                pause(random.nextInt(600)); // most likely before the log is open
            } else {
                Deadline.until(() -> victim.said() > 1 || !victim.isAlive());
                assertTrue(victim.isAlive(), victim::errors);
                pause(random.nextInt(700));
            }
            victim.kill();
            most = Math.max(most, victim.assertAllThere());
            long begun = System.nanoTime();
            AuditStore.open(settings).close();
            slowest = Math.max(slowest, System.nanoTime() - begun);
            CutLog.assertVerifies(settings);
            assertEquals(0, victim.unavailable(), victim::errors);
            assertEquals(0, victim.failures(), victim::errors);
        }
        victim.assertAllThere();
        assertTrue(victim.stored() > 0);
        System.out.println(ROUNDS + " kills: " + CutLog.assertVerifies(settings) + " records, " + victim.cuts()
                + " cuts, none of up to " + most + " acknowledged ones in the log missing, slowest start "
                + slowest / 1_000_000 + " ms");
    }

    @Test
    void startsAtOnceWhereTheNextProcessHasTheSameNumber() throws Exception {
        String[] ownNumbers = {"unshare", "--pid", "--fork", "--kill-child=SIGKILL"};
        Assumptions.assumeTrue(
                Disks.run("unshare", "--pid", "--fork", "true"), "process numbers of one's own need root and unshare");
        Victim victim = new Victim(root, settings);
        for (int round = 0; round < 3; round++) {
            victim.start(List.of(ownNumbers), Durability.PROCESS);
            Deadline.until(() -> victim.said() > 500 || !victim.isAlive());
            victim.kill();
        }
        assertTrue(victim.assertAllThere() > 1000, victim::errors);
        AuditStore.open(settings).close();
        CutLog.assertVerifies(settings);
    }

    /** The writer is killed while others hold the last byte of its disk. */
    @Test
    void losesNothingWhereItIsKilledOnAFullDisk() throws Exception {
        Path disk = Files.createDirectory(root.resolve("disk"));
        Assumptions.assumeTrue(Disks.tmpfs(disk, "48m"), "mounting a small disk needs root");
        try {
            settings = settings.withDir(disk.resolve("audit"));
            Victim victim = new Victim(root, settings);
            for (int round = 0; round < 2; round++) {
                victim.start(DIRECTLY, round == 0 ? Durability.PROCESS : Durability.DISK);
                Deadline.until(() -> victim.said() > 1000 || !victim.isAlive());
                long before = victim.unavailable();
                // A file system gives out the last page to whoever asks first, so both sides ask for a while.
                FullDiskTest.fill(disk.resolve("filler"));
                Deadline.until(() -> victim.unavailable() > before + 100);
                victim.kill();
                victim.assertAllThere();
                AuditStore.open(settings).close();
                Files.delete(disk.resolve("filler"));
                Files.deleteIfExists(disk.resolve("rest"));
                AuditStore.open(settings).close();
                CutLog.assertVerifies(settings);
                assertTrue(victim.assertAllThere() > 0);
            }
        } finally {
            Disks.unmount(disk);
        }
    }

    /** Without the right to write its folder nothing is let in; with it, it goes on by itself. */
    @Test
    void refusesWhileItMayNotWriteItsFolder() throws Exception {
        List<String> bound = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
        Assumptions.assumeTrue(
                Disks.run("setpriv", "--bounding-set=-dac_override,-dac_read_search", "true"),
                "taking a process's rights needs root and setpriv");
        Victim victim = new Victim(root, settings);
        victim.start(bound, Durability.PROCESS);
        Deadline.until(() -> victim.said() > 1000 || !victim.isAlive());
        assertTrue(Disks.run("chmod", "0500", settings.dir().toString()));
        Deadline.until(() -> victim.unavailable() > 100 || !victim.isAlive());
        assertTrue(victim.isAlive(), victim::errors);
        int stored = victim.stored();
        assertTrue(Disks.run("chmod", "0700", settings.dir().toString()));
        Deadline.until(() -> victim.stored() > stored + 1000);
        victim.kill();
        victim.assertAllThere();
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "r"));
        }
        CutLog.assertVerifies(settings);
    }

    /** A disk that breaks down turns read-only under the writer. */
    @Test
    void refusesWhereItsDiskTurnsReadOnly() throws Exception {
        Path disk = Files.createDirectory(root.resolve("disk"));
        Path image = root.resolve("image");
        Assumptions.assumeTrue(Disks.ext4(image, disk, 64), "mounting an image needs root, mkfs.ext4 and loop devices");
        try {
            settings = settings.withDir(disk.resolve("audit"));
            // What the kernel had not written yet is lost with the disk; that is what `disk` is for, and so it comes
            // first.
            for (Durability durability : List.of(Durability.DISK, Durability.PROCESS)) {
                Victim victim = new Victim(root, settings);
                victim.start(DIRECTLY, durability);
                // A busy disk syncs a few times a second.
                Deadline.until(() -> victim.said() > 100 || !victim.isAlive());
                Deadline.until(() -> Files.exists(settings.anchor()));
                long before = victim.newest();
                assertTrue(Disks.breakDown(disk));
                Deadline.until(() -> victim.unavailable() > 100 || !victim.isAlive());
                assertTrue(victim.isAlive(), victim::errors);
                victim.kill();
                Disks.unmount(disk);
                Disks.run("e2fsck", "-p", "-f", image.toString());
                assertTrue(Disks.run("mount", "-o", "loop,errors=remount-ro", image.toString(), disk.toString()));
                if (durability == Durability.DISK) {
                    // A sync that is under way when an ext4 is given up can be answered as done by the kernel, and is
                    // not.
                    victim.forget(before);
                    assertTrue(victim.assertAllThere() > 0);
                    AuditStore.open(settings).close();
                } else {
                    AuditStore.open(settings).close();
                }
            }
        } finally {
            Disks.unmount(disk);
        }
    }

    @Test
    void goesOnBehindATornTail() throws Exception {
        Victim victim = new Victim(root, settings.withSegments(1 << 20, Duration.ofDays(1)));
        for (int round = 0; round < 4; round++) {
            victim.start(DIRECTLY, Durability.PROCESS);
            Deadline.until(() -> victim.said() > 500 || !victim.isAlive());
            victim.kill();
            TornTail.tear(settings, random, round);
            victim.assertAllThere();
            AuditStore.open(settings).close();
            CutLog.assertVerifies(settings);
        }
        assertTrue(victim.assertAllThere() > 0);
    }

    private static void pause(int millis) {
        // Any moment will do: it is the point that it is not a chosen one.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
