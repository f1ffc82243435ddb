package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Processes that write to one log, one after the other, and are killed; and what each of them said was stored. */
final class Victim {
    private final Path root;
    private final AuditSettings settings;
    private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong unavailable = new AtomicLong();
    private final AtomicLong cuts = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private @Nullable Process process;
    private Thread reader = new Thread();
    private int round;

    Victim(Path root, AuditSettings settings) {
        this.root = root;
        this.settings = settings;
    }

    /** Starts a process; {@code prefix} is what runs it. */
    void start(List<String> prefix, Durability durability, String... options) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CrashingWriter.class.getName()));
        command.addAll(List.of(root.toString(), durability.name(), "round" + round++));
        command.add("dir=" + settings.dir());
        command.addAll(List.of(options));
        Process started = new ProcessBuilder(command)
                .redirectError(root.resolve("child.err").toFile())
                .start();
        process = started;
        lines.set(0);
        reader = Thread.ofPlatform().daemon().start(() -> read(started));
    }

    private void read(Process from) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            failures.incrementAndGet();
        }
    }

    private void take(String line) {
        lines.incrementAndGet();
        if (line.startsWith("unavailable")) {
            unavailable.incrementAndGet();
        } else if (line.startsWith("cut")) {
            cuts.incrementAndGet();
        } else if (line.startsWith("failed")) {
            failures.incrementAndGet();
        } else if (line.endsWith(".") && line.indexOf(' ') > 0) { // the last line may be cut where it was killed
            int space = line.indexOf(' ');
            String other = acknowledged.put(Long.parseLong(line.substring(0, space)), line.substring(space + 1));
            assertNull(other, "a number was given twice: " + line);
        }
    }

    /** Lines said since the start. */
    long said() {
        return lines.get();
    }

    long unavailable() {
        return unavailable.get();
    }

    long cuts() {
        return cuts.get();
    }

    long failures() {
        return failures.get();
    }

    int stored() {
        return acknowledged.size();
    }

    /** The largest number it said so far. */
    long newest() {
        return acknowledged.keySet().stream().mapToLong(seq -> seq).max().orElse(-1);
    }

    /** Does not ask for records behind this one. */
    void forget(long newest) {
        acknowledged.keySet().removeIf(seq -> seq > newest);
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Kills, and returns when it is gone and all it said was read. */
    void kill() throws InterruptedException {
        Process running = Objects.requireNonNull(process);
        List<ProcessHandle> all = Stream.concat(Stream.of(running.toHandle()), running.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        running.waitFor();
        reader.join();
        // Where the one that was started only runs another one, that one dies a moment later.
        Deadline.until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Fails where one of the records that it said were stored is not there, unless a cut removed it. */
    int assertAllThere() throws IOException {
        long first = CutLog.first(settings);
        acknowledged.keySet().removeIf(seq -> seq < first);
        Map<Long, String> missing = new HashMap<>(acknowledged);
        try (LogCursor cursor = new LogCursor(new AuditFolder(settings.dir()))) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                String request = step == Step.RECORD ? missing.get(cursor.seq()) : null;
                if (request != null
                        && new String(cursor.line(), StandardCharsets.UTF_8).contains("\"" + request + "\"")) {
                    missing.remove(cursor.seq());
                }
            }
        }
        assertTrue(
                missing.isEmpty(),
                () -> missing.size() + " of " + acknowledged.size() + " are lost, the first of them "
                        + missing.keySet().stream().mapToLong(seq -> seq).min());
        return acknowledged.size();
    }

    String errors() {
        try {
            return Files.readString(root.resolve("child.err"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
