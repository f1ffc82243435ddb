package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.run.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of the host that a module was granted: what it sees of them, and what becomes of what it does there. */
class WasmGrantTest {
    private static Bench bench;
    private Path granted;
    private Path outside;

    @TempDir
    Path temp;

    @BeforeAll
    static void open() {
        bench = new Bench();
    }

    @BeforeEach
    void fill() throws IOException {
        Path real = temp.toRealPath();
        granted = Files.createDirectory(real.resolve("granted"));
        outside = Files.createDirectory(real.resolve("outside"));
        Files.writeString(granted.resolve("kept"), "kept\n");
        Files.writeString(granted.resolve("gone"), "gone\n");
        Files.createDirectory(granted.resolve("old"));
        Files.writeString(granted.resolve("old/deep"), "deep\n");
        Files.writeString(outside.resolve("secret"), "secret\n");
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private Grants readOnly() {
        return new Grants(Set.of(granted), Set.of(), List.of());
    }

    private Grants readWrite() {
        return new Grants(Set.of(), Set.of(granted), List.of());
    }

    private RunResult run(Grants grants, String... args) {
        return bench.run(grants, Bench.wide(), args);
    }

    private static String at(Path folder, String name) {
        return folder.resolve(name).toString();
    }

    private List<String> onHost() throws IOException {
        List<String> names = new ArrayList<>();
        try (var files = Files.walk(granted)) {
            files.forEach(file -> names.add(granted.relativize(file).toString()));
        }
        names.sort(null);
        return names;
    }

    @Test
    void isReadAtItsOwnPath() {
        Bench.assertOut("kept\n", run(readOnly(), "show", at(granted, "kept")));
        Bench.assertOut("deep\n", run(readOnly(), "show", at(granted, "old/deep")));
        Bench.assertOut(".\n..\ngone\nkept\nold\n", run(readOnly(), "list", granted.toString()));
    }

    @Test
    void showsNothingBesideIt() {
        Bench.assertOut("errno 44\n", run(readOnly(), "show", at(outside, "secret")));
        Bench.assertOut(
                ".\n..\ngranted\n", run(readOnly(), "list", granted.getParent().toString()));
    }

    @Test
    void takesNoWritesWhereItIsReadOnly() throws IOException {
        RunResult result = run(readOnly(), "put", at(granted, "kept"));
        Bench.assertOut("errno 69\n", result);
        assertEquals(Set.of(Violation.FILESYSTEM), result.violations());
        Bench.assertOut(
                "unlink -1\nmkdir -1\nerrno 44\nrename -1\n".replace("unlink", "errno 69\nunlink"),
                run(readOnly(), "tree", granted.toString()));
        assertEquals("kept\n", Files.readString(granted.resolve("kept")));
        assertEquals(List.of("", "gone", "kept", "old", "old/deep"), onHost());
    }

    @Test
    void isWrittenBackWhenTheModuleHasEnded() throws IOException {
        Files.setPosixFilePermissions(granted.resolve("kept"), PosixFilePermissions.fromString("rw-------"));
        RunResult result = run(readWrite(), "tree", granted.toString());
        Bench.assertOut("unlink 0\nmkdir 0\nrename 0\n", result);
        assertTrue(result.success());
        assertEquals(List.of("", "kept", "moved", "moved/deep", "new", "new/inner"), onHost());
        assertEquals("changed\n", Files.readString(granted.resolve("kept")));
        assertEquals("deep\n", Files.readString(granted.resolve("moved/deep")));
        assertEquals("inner\n", Files.readString(granted.resolve("new/inner")));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(granted.resolve("kept"))));
    }

    @Test
    void staysAsItWasWhenTheRunIsStoppedOrTraps() throws IOException {
        Limits brief = Bench.limits(64, Duration.ofMillis(200), Bench.LONG);
        assertEquals(
                137,
                bench.run(readWrite(), brief, "put-and-spin", at(granted, "kept"))
                        .exitCode());
        assertEquals(134, run(readWrite(), "put-and-trap", at(granted, "kept")).exitCode());
        assertEquals("kept\n", Files.readString(granted.resolve("kept")));
    }

    @Test
    void isWrittenBackAlsoWhereTheModuleSaysThatItFailed() throws IOException {
        Bench.assertOut("", run(readWrite(), "put", at(granted, "made")));
        assertEquals("put\n", Files.readString(granted.resolve("made")));
    }

    @Test
    void takesNoLinksOfTheModule() throws IOException {
        RunResult result = run(readWrite(), "links-in", granted.toString());
        Bench.assertOut("symlink 63\nhard 63\nrename 75\n", result);
        assertEquals(List.of("", "gone", "kept", "old", "old/deep"), onHost());
    }

    @Test
    void leavesLinksOfTheHostOut() throws IOException {
        Files.createSymbolicLink(granted.resolve("link"), outside.resolve("secret"));
        Files.createSymbolicLink(granted.resolve("folder"), outside);
        Bench.assertOut("errno 44\n", run(readOnly(), "show", at(granted, "link")));
        Bench.assertOut("errno 44\n", run(readOnly(), "show", at(granted, "folder/secret")));
    }

    @Test
    void writesOverALinkOfTheHostAndNotThroughIt() throws IOException {
        Files.createSymbolicLink(granted.resolve("link"), outside.resolve("secret"));
        assertTrue(run(readWrite(), "put", at(granted, "link")).success());
        assertEquals("secret\n", Files.readString(outside.resolve("secret")));
        assertTrue(Files.isRegularFile(granted.resolve("link"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void breaksAHardLinkRatherThanWritingThroughIt() throws IOException {
        Files.createLink(granted.resolve("hard"), outside.resolve("secret"));
        assertTrue(run(readWrite(), "put", at(granted, "hard")).success());
        assertEquals("secret\n", Files.readString(outside.resolve("secret")));
        assertEquals("put\n", Files.readString(granted.resolve("hard")));
    }

    @Test
    void saysWhenItCouldNotBeWrittenBack() throws IOException {
        var running = bench.start(readWrite(), Bench.wide(), "wait-and-put", at(granted, "old/deep"));
        Files.move(granted.resolve("old"), granted.resolve("elsewhere"));
        Files.createSymbolicLink(granted.resolve("old"), outside);
        RunResult result = Bench.result(running);
        assertFalse(result.success());
        assertEquals(Set.of(Violation.FILESYSTEM), result.violations());
        assertTrue(
                result.stderr().text().contains("could not be written back"),
                result.stderr().text());
        assertFalse(Files.exists(outside.resolve("deep")));
    }

    /** Somebody else swaps a folder for a link, over and over, while runs copy it and write it back. */
    @ParameterizedTest
    @ValueSource(strings = {"", "old"})
    void leadsNowhereElseWhileItIsSwapped(String grant) throws Exception {
        Grants grants = new Grants(Set.of(), Set.of(granted.resolve(grant)), List.of());
        Path old = granted.resolve("old");
        Path aside = granted.resolve("aside");
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    Files.move(old, aside);
                    Files.createSymbolicLink(old, outside);
                    Files.delete(old);
                    Files.move(aside, old);
                } catch (IOException e) {
                    // A run has written there meanwhile, as it may: begin with what is there.
                    tidy(old, aside);
                }
            }
        });
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            String what = i % 2 == 0 ? "show" : "put";
            Start start = bench.backend.start(
                    bench.probe(grants),
                    RunInput.of(Bench.LONG, what, at(granted, i % 2 == 0 ? "old/secret" : "old/planted")),
                    Bench.wide(),
                    Output.NONE);
            if (start instanceof Start.Started(Running running)) {
                assertFalse(Bench.result(running).stdout().text().contains("secret"));
            }
        }
        over.set(true);
        swapper.join();
        try (var files = Files.list(outside)) {
            assertEquals(
                    List.of("secret"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
        assertEquals("secret\n", Files.readString(outside.resolve("secret")));
    }

    private static void tidy(Path old, Path aside) {
        try {
            if (Files.isSymbolicLink(old)) Files.delete(old);
            if (Files.exists(aside) && !Files.exists(old)) Files.move(aside, old);
            Files.createDirectories(old);
            if (Files.exists(aside)) Bench.delete(aside);
        } catch (IOException e) {
            // The next round tries again.
        }
    }

    @Test
    void leavesOutNamesThatAreNoText() throws Exception {
        new ProcessBuilder("/bin/sh", "-c", "printf x > \"$(printf 'bad\\377')\"")
                .directory(granted.toFile())
                .start()
                .waitFor();
        assertEquals(5, onHost().stream().filter(name -> !name.isEmpty()).count());
        Bench.assertOut(".\n..\ngone\nkept\nold\n", run(readWrite(), "list", granted.toString()));
        assertTrue(run(readWrite(), "put", at(granted, "kept")).success());
        assertEquals(5, onHost().stream().filter(name -> !name.isEmpty()).count());
    }

    @Test
    void mayBeASingleFile() throws IOException {
        Grants grants = new Grants(Set.of(granted.resolve("gone")), Set.of(granted.resolve("kept")), List.of());
        Bench.assertOut("gone\n", run(grants, "show", at(granted, "gone")));
        Bench.assertOut("errno 69\n", run(grants, "put", at(granted, "gone")));
        Bench.assertOut("", run(grants, "put", at(granted, "kept")));
        Bench.assertOut("errno 69\n", run(grants, "put", at(granted, "new")));
        assertEquals("put\n", Files.readString(granted.resolve("kept")));
        assertEquals(List.of("", "gone", "kept", "old", "old/deep"), onHost());
    }

    @Test
    void mayLieWithinAnotherWithOtherRights() throws IOException {
        Grants grants = new Grants(Set.of(granted), Set.of(granted.resolve("old")), List.of());
        Bench.assertOut("", run(grants, "put", at(granted, "old/deep")));
        Bench.assertOut("errno 69\n", run(grants, "put", at(granted, "kept")));
        assertEquals("put\n", Files.readString(granted.resolve("old/deep")));
    }

    @Test
    void isRefusedWhereItCannotBeGiven() throws IOException {
        Files.createSymbolicLink(outside.resolve("way"), granted);
        assertRefused(new Grants(Set.of(outside.resolve("nothing")), Set.of(), List.of()), "cannot be read");
        assertRefused(new Grants(Set.of(outside.resolve("way")), Set.of(), List.of()), "link");
        assertRefused(new Grants(Set.of(outside.resolve("way/old")), Set.of(), List.of()), "link");
        assertRefused(new Grants(Set.of(Path.of("/dev/null")), Set.of(), List.of()), "neither");
        assertRefused(new Grants(Set.of(), Set.of(), List.of("example.com:443")), "sockets");
    }

    @Test
    void isRefusedWhereItHoldsMoreThanTheRunMay() throws IOException {
        Files.write(granted.resolve("large"), new byte[70 << 20]);
        assertRefused(readOnly(), "more than the run may hold");
    }

    private void assertRefused(Grants grants, String reason) {
        Refusal refusal = Bench.refused(
                bench.backend.start(bench.probe(grants), RunInput.of(Bench.LONG, "args"), Bench.wide(), Output.NONE));
        assertEquals(RefusalCode.GRANT_UNSAFE, refusal.code());
        assertTrue(refusal.reason().contains(reason), refusal.reason());
        assertEquals(0, bench.backend.runsNow());
    }
}
