package dev.pavise.auditlog.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Deadline;
import dev.pavise.auditlog.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorTest {
    @TempDir
    Path root;

    private Path mirror = Path.of("unset");
    private AuditSettings settings = Samples.settings(Path.of("unset"));

    @BeforeEach
    void settings() {
        mirror = root.resolve("audit.jsonl");
        settings = Samples.settings(root).withMirror(mirror);
    }

    private void run(int count) throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < count; i++) {
                Collected.append(store.log(), Samples.intent("operator", "r" + i));
            }
        }
    }

    private static List<Long> numbers(Path file) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String rest = line.substring(line.indexOf("\"seq\":") + 6);
            numbers.add(Long.parseLong(rest.substring(0, rest.indexOf(','))));
        }
        return numbers;
    }

    private static List<Long> upTo(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void holdsEachLineOnceAfterRestarts() throws IOException {
        run(1000);
        run(10);
        assertEquals(upTo(1014), numbers(mirror));
    }

    @Test
    void mendsALineThatWasCutOff() throws IOException {
        run(10);
        byte[] whole = Files.readAllBytes(mirror);
        Files.write(mirror, java.util.Arrays.copyOf(whole, whole.length - 40));
        run(10);
        assertEquals(upTo(24), numbers(mirror));
    }

    @Test
    void goesOnInANewFileAfterRotation() throws IOException {
        run(10);
        Files.move(mirror, root.resolve("audit.jsonl.1"));
        run(10);
        assertEquals(LongStream.range(12, 24).boxed().toList(), numbers(mirror));
    }

    @Test
    void catchesUpWithALogThatIsOlder() throws IOException {
        settings = settings.withMirror(null);
        run(10);
        settings = settings.withMirror(mirror);
        run(10);
        assertEquals(upTo(24), numbers(mirror));
    }

    @Test
    void neverStandsInTheWayOfTheLog() throws IOException {
        Files.createDirectory(mirror);
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "r"));
            Deadline.until(() -> store.stats().mirrorFailures() > 1);
            assertEquals(2, store.stats().mirrorLag());
            Files.delete(mirror);
            Deadline.until(() -> store.stats().mirrorLag() == 0);
        }
        assertEquals(upTo(3), numbers(mirror));
    }

    @Test
    void followsAFileThatIsTruncatedInPlace() throws IOException {
        try (AuditStore store = AuditStore.open(settings)) {
            Deadline.until(() -> store.stats().mirrorLag() == 0);
            Files.write(mirror, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
            Collected.append(store.log(), Samples.intent("operator", "r"));
            Deadline.until(() -> store.stats().mirrorLag() == 0);
            assertEquals(List.of(1L), numbers(mirror));
            assertTrue(store.log().unavailable().isEmpty());
        }
    }

    @Test
    void leavesWhatOthersWroteIntoTheFile() throws IOException {
        Files.writeString(mirror, "a note without an end");
        run(3);
        List<String> lines = Files.readAllLines(mirror);
        assertEquals("a note without an end", lines.getFirst());
        assertEquals(6, lines.size());
    }

    @Test
    void mendsAFirstLineThatWasCutOff() throws IOException {
        Files.writeString(mirror, "{\"id\":\"0193");
        run(3);
        assertEquals(upTo(5), numbers(mirror));
    }
}
