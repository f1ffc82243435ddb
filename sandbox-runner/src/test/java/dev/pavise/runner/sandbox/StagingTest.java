package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
    @TempDir
    private Path folder;

    @Test
    void copiesAndHashesTheSameBytes() throws IOException {
        byte[] script = ("#!/bin/sh\n" + "x".repeat(200_000)).getBytes();
        Path source = Files.write(folder.resolve("source"), script);
        Staging staging = Staging.create(folder, "run");
        Staging.Copied.Done done =
                assertInstanceOf(Staging.Copied.Done.class, staging.copy(source, script.length, Architecture.X86_64));
        assertEquals(
                Sandbox.program("x", source, dev.pavise.runner.run.Grants.NONE).sha256(), done.sha256());
        assertEquals(new Content.Script(Path.of("/bin/sh")), done.content());
        assertEquals(-1, Files.mismatch(source, staging.content()));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run"))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(staging.content())));
        staging.remove();
        assertFalse(Files.exists(folder.resolve("run")));
        staging.remove();
    }

    @Test
    void takesNoMoreThanTheLimit() throws IOException {
        Path source = Files.write(folder.resolve("source"), new byte[100_001]);
        assertInstanceOf(
                Staging.Copied.Unreadable.class,
                Staging.create(folder, "run").copy(source, 100_000, Architecture.X86_64));
    }

    @Test
    void takesPlainFilesOnly() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/hostname"));
        List<Path> wrong = List.of(pipe, link, folder, folder.resolve("gone"), Path.of("/dev/zero"));
        for (int i = 0; i < wrong.size(); i++) {
            Staging staging = Staging.create(folder, "run" + i);
            assertInstanceOf(Staging.Copied.Unreadable.class, staging.copy(wrong.get(i), 1000, Architecture.X86_64));
        }
    }

    @Test
    void writesNoWordThatWouldBecomeTwo() throws IOException {
        Staging staging = Staging.create(folder, "run");
        assertThrows(IllegalArgumentException.class, () -> staging.write(List.of("--setenv", "A", "x\0--bind")));
        staging.write(List.of("--setenv", "A", "x y\n"));
        assertEquals("--setenv\0A\0x y\n\0", Files.readString(staging.options()));
    }

    @Test
    void neverUsesWhatIsThereAlready() throws IOException {
        Files.createDirectory(folder.resolve("run"));
        assertThrows(IOException.class, () -> Staging.create(folder, "run"));
        Staging staging = Staging.create(folder, "other");
        Files.createSymbolicLink(staging.content(), folder.resolve("target"));
        Path source = Files.write(folder.resolve("source"), new byte[10]);
        assertInstanceOf(Staging.Copied.Unreadable.class, staging.copy(source, 1000, Architecture.X86_64));
        assertFalse(Files.exists(folder.resolve("target")));
    }

    @Test
    void wantsFolderOfItsOwn() throws IOException {
        int own = Users.own();
        Path made = folder.resolve("made");
        Staging.ownFolder(made, own);
        Staging.ownFolder(made, own);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
        assertThrows(IOException.class, () -> Staging.ownFolder(made, own));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        assertThrows(IOException.class, () -> Staging.ownFolder(made, own + 1));
        Path link = Files.createSymbolicLink(folder.resolve("link"), made);
        assertThrows(IOException.class, () -> Staging.ownFolder(link, own));
    }

    @Test
    void removesLinksAndNotWhatTheyLeadTo() throws IOException {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Files.createFile(kept.resolve("file"));
        Path tree = Files.createDirectories(folder.resolve("tree/deeper"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        Staging.removeTree(folder.resolve("tree"));
        assertFalse(Files.exists(folder.resolve("tree")));
        assertTrue(Files.exists(kept.resolve("file")));
    }

    @Test
    void readsExitCodeOnlyWhereOneIsNamed() throws IOException {
        Path status = folder.resolve("status");
        Files.writeString(status, "{ \"child-pid\": 12, \"net-namespace\": 1 }\n{ \"exit-code\": 7 }\n");
        assertEquals(OptionalInt.of(7), Status.exitCode(status));
        for (String none : List.of("", "{ \"child-pid\": 12 }\n", "{ \"exit-code\": }", "{ \"exit-code\": 12345 }")) {
            Files.writeString(status, none);
            assertEquals(OptionalInt.empty(), Status.exitCode(status));
        }
    }

    @Test
    void takesBackLastFirstAndTriesAgain() {
        List<String> taken = new ArrayList<>();
        boolean[] works = {false};
        Undo undo = new Undo();
        undo.later(() -> taken.add("first"));
        undo.later(() -> {
            if (!works[0]) {
                throw new IOException("not yet");
            }
            taken.add("second");
        });
        undo.later(() -> taken.add("third"));
        assertFalse(undo.run());
        assertEquals(List.of("third"), taken);
        works[0] = true;
        assertTrue(undo.run());
        assertTrue(undo.run());
        assertEquals(List.of("third", "second", "first"), taken);
    }
}
