package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a real process while it writes: what it said was stored is there, and the next start goes on by itself. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("pavise.crash.rounds", 10);

    @TempDir
    Path root;

    private final Map<Long, String> acknowledged = new HashMap<>();

    @Test
    void losesNothingThatWasReportedStored() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
        for (int round = 0; round < ROUNDS; round++) {
            Durability durability = round % 4 == 3 ? Durability.DISK : Durability.PROCESS;
            kill(List.of(), round, durability, 1 + random.nextInt(4000));
            check();
        }
        goesOn();
    }

    @Test
    void startsAtOnceWhereTheNextProcessHasTheSameNumber() throws Exception {
        List<String> ownNumbers = List.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL");
        Assumptions.assumeTrue(works(ownNumbers), "process numbers of one's own need root and unshare");
        for (int round = 0; round < 3; round++) {
            kill(ownNumbers, round, Durability.PROCESS, 500);
        }
        check();
        goesOn();
    }

    private void kill(List<String> prefix, int round, Durability durability, int after) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CrashingWriter.class.getName()));
        command.addAll(List.of(root.toString(), durability.name(), "round" + round));
        Process process = new ProcessBuilder(command)
                .redirectError(root.resolve("child.err").toFile())
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int count = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                // The last line may be cut where the process was killed.
                if (space > 0 && line.endsWith(".")) {
                    acknowledged.put(Long.parseLong(line.substring(0, space)), line.substring(space + 1));
                }
                if (++count == after) {
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(count > 0, () -> errors());
        }
        process.waitFor();
        // Where what was killed is the parent, the writer itself dies a moment later.
        Deadline.until(this::isUnlocked);
    }

    private boolean isUnlocked() {
        try (FileChannel lock = FileChannel.open(root.resolve("audit/lock"), StandardOpenOption.WRITE)) {
            return lock.tryLock() != null;
        } catch (IOException e) {
            return false;
        }
    }

    private String errors() {
        try {
            return Files.readString(root.resolve("child.err"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void check() throws IOException {
        Map<Long, String> missing = new HashMap<>(acknowledged);
        try (LogCursor cursor = new LogCursor(new AuditFolder(root.resolve("audit")))) {
            while (cursor.next() == Step.RECORD) {
                String request = missing.get(cursor.seq());
                if (request != null
                        && new String(cursor.line(), StandardCharsets.UTF_8).contains("\"" + request + "\"")) {
                    missing.remove(cursor.seq());
                }
            }
        }
        assertTrue(missing.isEmpty(), () -> missing.size() + " of " + acknowledged.size() + " are lost: " + missing);
    }

    private void goesOn() throws IOException {
        AuditSettings settings = Samples.settings(root);
        try (AuditStore store = AuditStore.open(settings)) {
            assertTrue(store.stats().size() > acknowledged.size());
        }
        AuditVerifier.Request request = new AuditVerifier.Request(
                settings.dir(), settings.dir().resolve("audit.pub"), settings.anchor(), settings.origin());
        Verification.Whole whole = assertInstanceOf(Verification.Whole.class, AuditVerifier.verify(request, _ -> {}));
        assertTrue(whole.counts().signed() == whole.counts().records(), whole.toString());
        assertFalse(acknowledged.isEmpty());
        System.out.println("acknowledged " + acknowledged.size() + ", all found; " + whole.counts());
    }

    private static boolean works(List<String> prefix) {
        try {
            List<String> command = new ArrayList<>(prefix);
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }
}
