package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a native tool sees of its secrets, and that nobody else sees any of them. */
final class NativeSecretTest {
    private static final String VALUE = "correct horse battery staple";
    private static final Path MEMORY = Path.of("/dev/shm");

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open();
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    private static RunInput with(Secrets secrets) {
        return new RunInput(List.of(), Bytes.EMPTY, Map.of(), Duration.ofSeconds(30), secrets);
    }

    private static Secrets one() {
        return Secrets.of(Map.of("db", Bytes.of(VALUE)));
    }

    private static Program script(String text) throws IOException {
        return sandbox.script("#!/bin/sh\n" + text, "/bin/sh", "/usr/bin");
    }

    @Test
    void findsThemAsFilesThatItCanOnlyRead() throws IOException {
        Program program = script("""
                cat /run/secrets/db; echo
                stat -c '%a %F' /run/secrets /run/secrets/*
                (echo x >/run/secrets/db) 2>/dev/null || echo 'not written'
                (echo x >/run/secrets/other) 2>/dev/null || echo 'not added'
                rm -f /run/secrets/db 2>/dev/null || echo 'not removed'
                chmod 777 /run/secrets/db 2>/dev/null || echo 'not opened'
                ls /dev/shm /run
                """);
        RunResult result = sandbox.run(program, with(one()));
        assertEquals(
                List.of(
                        VALUE,
                        "500 directory",
                        "400 regular file",
                        "not written",
                        "not added",
                        "not removed",
                        "not opened",
                        "/dev/shm:",
                        "",
                        "/run:",
                        "secrets"),
                result.stdout().text().lines().toList(),
                result.stderr().text());
    }

    @Test
    void takesAnyBytesAndAsManyAsMayBe() throws IOException {
        byte[] long64 = new byte[Secrets.LONGEST];
        java.util.Arrays.fill(long64, (byte) 0xff);
        RunResult result = sandbox.run(
                script("for each in a b c; do wc -c </run/secrets/$each; done; sha256sum </run/secrets/a | cut -c1-8"),
                with(Secrets.of(Map.of("a", Bytes.of(long64), "b", Bytes.EMPTY, "c", Bytes.of("\0\n")))));
        assertEquals(
                "65536\n0\n2\n",
                result.stdout().text().substring(0, 10),
                result.stderr().text());
    }

    @Test
    void areInNoOtherPlaceOfTheRun() throws IOException {
        Program program = script("""
                tr '\\0' '\\n' </proc/self/environ; tr '\\0' '\\n' </proc/1/cmdline; env; mount | grep -v secrets; set
                grep -rs 'horse battery' /tmp /proc/self/mountinfo && echo found
                """);
        String seen = Sandbox.text(sandbox.run(program, with(one())));
        assertFalse(seen.contains("horse battery"), seen);
        assertFalse(seen.contains("found"), seen);
    }

    @Test
    void areNotThereForARunThatAskedForNone() throws IOException {
        CountDownLatch begun = new CountDownLatch(1);
        Running holder =
                sandbox.start(script("echo begun; sleep 20"), with(one()), SMALL, (stream, chunk) -> begun.countDown());
        try {
            awaitQuietly(begun);
            String seen = Sandbox.text(sandbox.run(script("ls -a /run/secrets /dev/shm /run 2>&1"), args()));
            assertTrue(seen.contains("/run/secrets"), seen); // as what is not there
            assertFalse(seen.contains("db"), seen);
            assertEquals(1, left(), "one folder, of the run under way");
            assertEquals(
                    0,
                    Stream.of(contentsOfRunner())
                            .filter(each -> each.contains("horse battery"))
                            .count());
        } finally {
            holder.cancel();
            Sandbox.result(holder);
        }
        assertEquals(0, left());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, java.util.concurrent.TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All files of the runner's own folder on disk. */
    private static String[] contentsOfRunner() throws IOException {
        try (Stream<Path> files = Files.walk(sandbox.folder().resolve("runner"))) {
            return files.filter(Files::isRegularFile)
                    .map(NativeSecretTest::read)
                    .toArray(String[]::new);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static String prefix(Path runner) throws IOException {
        SecretFolder folder = new SecretFolder(runner, OptionalInt.empty(), 1);
        Path made = folder.create("prefix", Secrets.NONE, 0);
        folder.remove(made);
        return made.getFileName().toString().replace("prefix", "");
    }

    private static long left() throws IOException {
        String prefix = prefix(sandbox.folder().resolve("runner"));
        try (Stream<Path> all = Files.list(MEMORY)) {
            return all.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }

    @Test
    void staysForNobodyWhenTheRunIsOver() throws IOException {
        sandbox.run(script("cat /run/secrets/db"), with(one()));
        sandbox.run(script("kill -9 $$"), with(one()));
        assertEquals(0, left());
    }

    @Test
    void sweepsWhatAKilledRunnerLeftAndNothingElse() throws IOException {
        Path runner = sandbox.folder().resolve("another");
        SecretFolder folder = new SecretFolder(runner, OptionalInt.empty(), 1);
        Path left = folder.create("0123", one(), 0);
        assertEquals("r-x------", PosixFilePermissions.toString(Files.getPosixFilePermissions(left)));
        assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(left.resolve("db"))));
        assertThrows(FileAlreadyExistsException.class, () -> folder.create("0123", one(), 0));
        Path other =
                new SecretFolder(sandbox.folder().resolve("third"), OptionalInt.empty(), 1).create("4567", one(), 0);
        Path victim = Files.createDirectories(sandbox.folder().resolve("victim"));
        Files.writeString(victim.resolve("kept"), "kept");
        Path link = Files.createSymbolicLink(MEMORY.resolve(prefix(runner) + "link"), victim);
        try {
            folder.sweep();
            assertFalse(Files.exists(left));
            assertTrue(Files.exists(other.resolve("db")));
            assertTrue(Files.exists(victim.resolve("kept")));
        } finally {
            Files.delete(link);
            new SecretFolder(sandbox.folder().resolve("third"), OptionalInt.empty(), 1).sweep();
        }
        assertFalse(Files.exists(other));
    }
}
