package dev.pavise.auditlog.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.Collected;
import dev.pavise.auditlog.Samples;
import dev.pavise.auditlog.query.AuditQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportFileTest {
    private static final int NOTE_EVERY = 3000;

    @TempDir
    Path root;

    private AuditSettings settings;
    private Path file;

    @BeforeEach
    void store() throws Exception {
        settings = Samples.settings(root);
        file = root.resolve("export.out");
        try (AuditStore store = AuditStore.open(settings)) {
            for (int i = 0; i < 300; i++) {
                Collected.append(store.log(), Samples.intent("operator", "r" + i));
            }
        }
    }

    /** Stops it again and again at random records, each time with a torn line behind what was noted. */
    @ParameterizedTest
    @EnumSource(Format.class)
    void givesWhatOneRunGivesHoweverOftenItIsStopped(Format format) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        byte[] whole = whole(format);
        int stopped = 0;
        while (!Files.exists(file)) {
            int after = 1 + random.nextInt(120);
            if (!runs(format, "q", after)) {
                stopped++;
                Files.write(
                        root.resolve("export.out.part"),
                        "{\"id\":\"torn".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        StandardOpenOption.APPEND);
            }
            assertTrue(stopped < 200, "it does not come to an end");
        }
        assertTrue(stopped > 1, "it was stopped " + stopped + " times");
        assertArrayEquals(whole, Files.readAllBytes(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.exists(root.resolve("export.out.part")));
        assertFalse(Files.exists(root.resolve("export.out.state")));
    }

    @Test
    void endsWhereItWasToEndWhenItWasBegun() throws Exception {
        byte[] whole = whole(Format.JSON);
        assertFalse(runs(Format.JSON, "q", 100));
        try (AuditStore store = AuditStore.open(settings)) {
            Collected.append(store.log(), Samples.intent("operator", "later"));
        }
        assertTrue(runs(Format.JSON, "q", Integer.MAX_VALUE));
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void beginsAnewWhereItsNoteIsGarbledOrItsFileIsCut() throws Exception {
        byte[] whole = whole(Format.JSON);
        assertFalse(runs(Format.JSON, "q", 200));
        Path state = root.resolve("export.out.state");
        Files.writeString(state, Files.readString(state).replaceFirst("next [0-9]+", "next 299"));
        assertFalse(runs(Format.JSON, "q", 200));
        Files.write(root.resolve("export.out.part"), new byte[7], StandardOpenOption.TRUNCATE_EXISTING);
        assertTrue(runs(Format.JSON, "q", Integer.MAX_VALUE));
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void isNotGoneOnWithForAnotherQueryNorByTwo() throws Exception {
        assertFalse(runs(Format.JSON, "q", 200));
        IOException other = assertThrows(IOException.class, () -> runs(Format.JSON, "other", 1));
        assertTrue(other.getMessage().contains("was begun for another export"), other::toString);
        try (ExportFile open = ExportFile.open(file, ExportState.fresh("q", null, 1), NOTE_EVERY)) {
            IOException two = assertThrows(IOException.class, () -> runs(Format.JSON, "q", 1));
            assertTrue(two.getMessage().contains("another export is writing"), two::toString);
            assertTrue(open.resumed());
        }
    }

    @Test
    void goesOnWhereAProcessWasKilled() throws Exception {
        byte[] whole = whole(Format.OCSF);
        int killed = 0;
        while (!Files.exists(file)) {
            Process process = new ProcessBuilder(command())
                    .redirectError(root.resolve("child.err").toFile())
                    .start();
            // It says so each time it has noted its place.
            int line = process.getInputStream().read();
            if (line >= 0 && killed < 2) {
                process.destroyForcibly();
                killed++;
            }
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertTrue(line >= 0 || Files.exists(file), Files.readString(root.resolve("child.err")));
        }
        assertEquals(2, killed);
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ExportFileTest.class.getName()));
        command.addAll(List.of(settings.dir().toString(), file.toString()));
        return command;
    }

    /** The process that is killed: slow, so that there is time to. */
    public static void main(String[] args) throws IOException {
        Path dir = Path.of(args[0]);
        AuditExport export = AuditExport.of(dir);
        Encoder encoder = Format.OCSF.encoder(Origin.of(dir));
        try (ExportFile part =
                ExportFile.open(Path.of(args[1]), ExportState.fresh("q", null, export.size()), NOTE_EVERY)) {
            export.write(AuditQuery.builder().build(), encoder, part, done -> {
                if (done % 50 == 0) {
                    System.out.println(done);
                    System.out.flush();
                    java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });
            part.finish();
        }
    }

    private byte[] whole(Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AuditExport.of(settings.dir())
                .write(AuditQuery.builder().build(), format.encoder(Origin.of(settings.dir())), out, _ -> {});
        return out.toByteArray();
    }

    private boolean runs(Format format, String query, int most) throws IOException {
        AuditExport export = AuditExport.of(settings.dir());
        Encoder encoder = format.encoder(Origin.of(settings.dir()));
        int[] left = {most};
        try (ExportFile part = ExportFile.open(file, ExportState.fresh(query, null, export.size()), NOTE_EVERY)) {
            export.write(AuditQuery.builder().build(), encoder, part, _ -> {
                if (--left[0] <= 0) {
                    throw new StoppedException();
                }
            });
            part.finish();
            return true;
        } catch (StoppedException e) {
            return false;
        }
    }

    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
