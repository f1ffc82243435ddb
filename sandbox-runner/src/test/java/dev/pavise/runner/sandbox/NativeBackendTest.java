package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a tool can do, and what is said of it. */
final class NativeBackendTest {
    private static final int RUNS = 4;

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open(RUNS);
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void runsShellScript() throws IOException {
        RunResult result = sandbox.run(
                sandbox.script("#!/bin/sh\nread -r line\necho \"got $line\"; echo bad >&2; exit 7\n", "/bin/sh"),
                Sandbox.stdin("a word\n"));
        assertEquals("got a word\n", result.stdout().text());
        assertEquals("bad\n", result.stderr().text());
        assertEquals(7, result.exitCode());
        assertFalse(result.success());
        assertEquals(Set.of(), result.violations());
        assertEquals(hash("got a word\n", "bad\n"), result.outputHash());
        assertTrue(result.peakMemoryBytes() > 0);
        assertTrue(result.cpu().isPositive());
    }

    private static String hash(String stdout, String stderr) {
        return OutputHash.of(
                OutputHash.sha256().digest(stdout.getBytes(StandardCharsets.UTF_8)),
                OutputHash.sha256().digest(stderr.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void runsPython() throws IOException {
        Program program = sandbox.script("""
                #!/usr/bin/python3
                import hashlib, json, os, subprocess, sys, tempfile, threading
                with tempfile.TemporaryFile() as scratch:
                    scratch.write(sys.stdin.buffer.read())
                    scratch.seek(0)
                    answer = {"hash": hashlib.sha256(scratch.read()).hexdigest(), "args": sys.argv[1:], "say": os.environ["SAY"]}
                thread = threading.Thread(target=lambda: answer.update(child=subprocess.run(["/usr/bin/python3", "-c", "print(6 * 7)"], capture_output=True, text=True).stdout))
                thread.start()
                thread.join()
                print(json.dumps(answer))
                """, "/usr/bin/python3");
        RunResult result = sandbox.run(
                program,
                new RunInput(
                        List.of("--x", "ä b"),
                        Bytes.of("abc"),
                        Map.of("SAY", "it's \"fine\""),
                        Duration.ofSeconds(20)));
        assertEquals(
                "{\"hash\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\","
                        + " \"args\": [\"--x\", \"\\u00e4 b\"], \"say\": \"it's \\\"fine\\\"\", \"child\": \"42\\n\"}\n",
                text(result));
        assertTrue(result.success());
    }

    @Test
    void namesSignalThatEndedTheTool() throws IOException {
        RunResult result = sandbox.run(sandbox.script("#!/bin/sh\nkill -SEGV $$\n", "/bin/sh"), args());
        assertEquals(128 + 11, result.exitCode());
        assertEquals(Set.of(), result.violations());
    }

    @Test
    void doesNotTakeAnExitCodeForAViolation() throws IOException {
        RunResult result = sandbox.run(sandbox.script("#!/bin/sh\nexit 137\n", "/bin/sh"), args());
        assertEquals(137, result.exitCode());
        assertEquals(Set.of(), result.violations());
        assertFalse(result.cancelled());
    }

    @Test
    void handsOutputOnAsItComes() throws IOException {
        CountDownLatch first = new CountDownLatch(1);
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        Output output = (stream, chunk) -> {
            heard.writeBytes(chunk.toArray());
            first.countDown();
        };
        Program program = sandbox.script("#!/bin/sh\necho one\nread -r line\necho two\n", "/bin/sh");
        Running running = sandbox.start(program, Sandbox.stdin("x\n"), SMALL, output);
        RunResult result = Sandbox.result(running);
        assertEquals("one\ntwo\n", heard.toString(StandardCharsets.UTF_8));
        assertEquals(heard.toString(StandardCharsets.UTF_8), result.stdout().text());
    }

    @Test
    void endsRunWhoseListenerFails() throws IOException, InterruptedException {
        Output broken = (stream, chunk) -> {
            throw new IllegalStateException("nobody listens");
        };
        RunResult result = Sandbox.result(sandbox.start(sandbox.probe(), args("stubborn"), SMALL, broken));
        assertTrue(result.cancelled());
        assertFalse(result.success());
    }

    @Test
    void doesNotWaitForInputThatNobodyReads() throws IOException {
        RunResult result =
                sandbox.run(sandbox.script("#!/bin/sh\nexit 0\n", "/bin/sh"), Sandbox.stdin("x".repeat(1 << 20)));
        assertTrue(result.success());
    }

    @Test
    void readsAndWritesOnlyWhatIsGranted() throws IOException {
        Path input = Files.createDirectory(sandbox.folder().resolve("input"));
        Path output = Files.createDirectory(sandbox.folder().resolve("output"));
        openToTools(sandbox.folder(), input, output);
        Files.writeString(input.resolve("question"), "6 x 7");
        Files.createSymbolicLink(input.resolve("link"), Path.of("/etc/shadow"));
        Program program = sandbox.script("""
                #!/bin/sh
                cd "$1" && read -r question <question || [ -n "$question" ]
                echo "$question = 42" >"$2/answer"
                (echo spoilt >"$1/question") 2>&1
                (read -r secret <"$1/link" && echo "ESCAPED $secret") 2>&1
                (echo x >"$2/../other") 2>&1
                exit 0
                """, new Grants(Set.of(Path.of("/bin/sh"), input), Set.of(output), List.of()));
        RunResult result = sandbox.run(program, args(input.toString(), output.toString()));
        assertEquals("6 x 7 = 42\n", Files.readString(output.resolve("answer")), () -> text(result));
        assertEquals("6 x 7", Files.readString(input.resolve("question")));
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        assertFalse(Files.exists(sandbox.folder().resolve("other")));
    }

    private static void openToTools(Path... folders) throws IOException {
        for (Path folder : folders) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx--x"));
            if (Users.own() == 0) {
                Files.setAttribute(folder, "unix:gid", Settings.FREE_USERS);
            }
        }
    }

    @Test
    void hardLinkOutOfGrantedFolderCannotBeMade() throws IOException, InterruptedException {
        Path shared = Files.createDirectory(sandbox.folder().resolve("shared"));
        openToTools(sandbox.folder(), shared);
        Program probe = sandbox.probe();
        Program program =
                new Program("probe", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(shared), List.of()));
        RunResult result = sandbox.run(
                program,
                args("link", "/etc/ld.so.cache", shared.resolve("cache").toString()));
        assertEquals("held link EXDEV\n", text(result));
    }

    @Test
    void refusesContentThatIsNotWhatWasVerified() throws IOException {
        Program program = sandbox.script("#!/bin/sh\necho good\n", "/bin/sh");
        Files.writeString(program.content(), "#!/bin/sh\necho evil\n");
        assertEquals(
                RefusalCode.CONTENT_MISMATCH, sandbox.refused(program, args()).code());
    }

    @Test
    void refusesContentBehindLink() throws IOException {
        Program program = sandbox.script("#!/bin/sh\necho good\n", "/bin/sh");
        Path link = Files.createSymbolicLink(sandbox.folder().resolve("link-" + System.nanoTime()), program.content());
        Program linked = new Program("linked", link, program.sha256(), program.grants());
        assertEquals(
                RefusalCode.CONTENT_UNREADABLE, sandbox.refused(linked, args()).code());
    }

    /** Another process swaps the content as fast as it can, by link, hard link and in place, while runs start. */
    @Test
    void neverRunsBytesThatWereNotVerified() throws IOException, InterruptedException {
        Path good = Files.writeString(sandbox.folder().resolve("good"), "#!/bin/sh\necho good\n");
        Path evil = Files.writeString(sandbox.folder().resolve("evil"), "#!/bin/sh\necho evil\n");
        Path content = sandbox.folder().resolve("swapped");
        Files.copy(good, content);
        Program program =
                Sandbox.program("swapped", content, new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of()));
        Process swapper = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "while :; do ln -sf \"$2\" \"$3.l\"; mv -f \"$3.l\" \"$3\"; cp \"$1\" \"$3.c\"; mv -f \"$3.c\" \"$3\";"
                                + " ln -f \"$2\" \"$3.h\"; mv -f \"$3.h\" \"$3\"; cp \"$1\" \"$3.c\"; mv -f \"$3.c\" \"$3\";"
                                + " cp \"$2\" \"$3\"; cp \"$1\" \"$3\"; done",
                        "swap",
                        good.toString(),
                        evil.toString(),
                        content.toString())
                .start();
        List<String> said = new ArrayList<>();
        try {
            for (int run = 0; run < 25; run++) {
                switch (sandbox.backend().start(program, args(), SMALL, Output.NONE)) {
                    case Start.Refused(Refusal refusal) ->
                        said.add(refusal.code().code());
                    case Start.Started(Running running) ->
                        said.add(Sandbox.result(running).stdout().text().strip());
                }
            }
        } finally {
            swapper.destroyForcibly().waitFor();
        }
        assertTrue(
                Set.of("good", "content_mismatch", "content_unreadable").containsAll(said),
                () -> String.join(" ", said));
    }

    @Test
    void refusesMoreRunsThanThereIsRoomFor() throws IOException, InterruptedException {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            all.add(sandbox.start(sandbox.probe(), args("stubborn"), SMALL, Output.NONE));
        }
        assertEquals(
                RefusalCode.TOO_MANY_RUNS,
                sandbox.refused(sandbox.probe(), args("stubborn")).code());
        all.forEach(Running::cancel);
        all.forEach(Sandbox::result);
        assertEquals(
                0, sandbox.run(sandbox.script("#!/bin/sh\n", "/bin/sh"), args()).exitCode());
    }

    @Test
    void refusesWhatItCannotRun() throws IOException {
        assertEquals(
                RefusalCode.NOT_EXECUTABLE,
                sandbox.refused(sandbox.script("hello"), args()).code());
        assertEquals(
                RefusalCode.INTERPRETER_NOT_GRANTED,
                sandbox.refused(sandbox.script("#!/bin/sh\n"), args()).code());
        assertEquals(
                RefusalCode.NOT_EXECUTABLE,
                sandbox.refused(sandbox.script("#!/bin/../bin/sh\n", "/bin/sh"), args())
                        .code());
        Grants network = new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of("example.com:443"));
        assertEquals(
                RefusalCode.GRANT_UNSAFE,
                sandbox.refused(sandbox.script("#!/bin/sh\n", network), args()).code());
        Program script = sandbox.script("#!/bin/sh\n", "/bin/sh");
        RunInput loader =
                new RunInput(List.of(), Bytes.EMPTY, Map.of("LD_PRELOAD", "/tmp/x.so"), Duration.ofSeconds(1));
        assertEquals(RefusalCode.INPUT_REFUSED, sandbox.refused(script, loader).code());
        assertEquals(
                RefusalCode.CONTENT_UNREADABLE,
                sandbox.refused(
                                new Program("gone", sandbox.folder().resolve("gone"), "0".repeat(64), Grants.NONE),
                                args())
                        .code());
    }

    @Test
    void refusesGrantThatAnotherRunCouldTurn() throws IOException, InterruptedException {
        Path outer = Files.createDirectory(sandbox.folder().resolve("outer"));
        Path inner = Files.createDirectory(outer.resolve("inner"));
        Program probe = sandbox.probe();
        Program writer =
                new Program("writer", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(outer), List.of()));
        Program reader =
                new Program("reader", probe.content(), probe.sha256(), new Grants(Set.of(inner), Set.of(), List.of()));
        openToTools(sandbox.folder(), outer, inner);
        Running running = sandbox.start(writer, args("stubborn"), SMALL, Output.NONE);
        assertEquals(
                RefusalCode.GRANT_UNSAFE, sandbox.refused(reader, args("files")).code());
        running.cancel();
        Sandbox.result(running);
        assertEquals(0, sandbox.run(reader, args("files")).exitCode());
    }

    @Test
    void leavesNothingBehind() throws IOException, InterruptedException {
        for (int run = 0; run < 20; run++) {
            sandbox.run(sandbox.script("#!/bin/sh\necho x\n", "/bin/sh"), args());
        }
        try (Stream<Path> runs = Files.list(sandbox.folder().resolve("runner/runs"))) {
            assertEquals(List.of(), runs.toList());
        }
        String own = CgroupSearch.name(sandbox.folder().resolve("runner"));
        assertEquals(List.of(), cgroupsIn(own));
        assertEquals(List.of(), Sandbox.processesNamed("-- /tool"));
        assertFalse(Files.readString(Path.of("/proc/self/mountinfo"))
                .contains(sandbox.folder().toString()));
    }

    /** Cgroups of runs, in all trees. */
    private static List<Path> cgroupsIn(String own) throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 8)) {
            return all.filter(path ->
                            path.getParent() != null && path.getParent().endsWith(own) && Files.isDirectory(path))
                    .toList();
        }
    }

    @Test
    void runsAsNobodysUserOfItsOwn() throws IOException, InterruptedException {
        if (Users.own() != 0) {
            return;
        }
        CountDownLatch heard = new CountDownLatch(2);
        Output output = (stream, chunk) -> heard.countDown();
        Running one = sandbox.start(sandbox.probe(), args("stubborn"), SMALL, output);
        Running two = sandbox.start(sandbox.probe(), args("stubborn"), SMALL, output);
        heard.await();
        Set<Object> owners = new HashSet<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path folder = Path.of("/proc", Long.toString(process.pid()));
            try {
                if (Files.readString(folder.resolve("cmdline")).startsWith("/tool\0")) {
                    owners.add(Files.getAttribute(folder, "unix:uid"));
                }
            } catch (IOException e) {
                // gone meanwhile
            }
        }
        one.cancel();
        two.cancel();
        Sandbox.result(one);
        Sandbox.result(two);
        assertEquals(2, owners.size(), owners::toString);
        assertFalse(owners.contains(0));
    }

    @Test
    void sandboxDiesWithTheRunner() throws IOException, InterruptedException {
        Path folder = sandbox.folder().resolve("dying");
        Process runner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunnerDeathMain.class.getName(),
                        folder.toString(),
                        sandbox.probe().content().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] said = runner.getInputStream().readNBytes(4);
        assertEquals("deaf", new String(said, StandardCharsets.UTF_8));
        String own = CgroupSearch.name(folder);
        assertFalse(cgroupsIn(own).isEmpty());
        runner.destroyForcibly().waitFor();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Sandbox.processesNamed("/tool stubborn").isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), Sandbox.processesNamed("/tool stubborn"));
        // The next start with this folder takes away what the dead one left.
        if (HostProbe.open(Settings.in(folder)) instanceof HostProbe.Probed.Fit(NativeBackend next)) {
            assertEquals(List.of(), cgroupsIn(own));
            next.close();
        }
        assertEquals(List.of(), cgroupsIn(own));
    }

    @Test
    void secondRunnerCannotHaveTheSameFolder() {
        HostProbe.Probed probed = HostProbe.open(Settings.in(sandbox.folder().resolve("runner")));
        assertTrue(probed.toString().contains("another runner uses the folder"), probed::toString);
    }
}
