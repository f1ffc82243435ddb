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
import dev.pavise.runner.run.Unsigned;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a tool can do, and what is said of it. */
final class NativeBackendTest {
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
        Sandbox.need("/usr/bin/python3", "python3");
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
        Program linked = Unsigned.program("linked", link, program.sha256(), program.grants());
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
        Grants noPort = new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of("example.com"));
        assertEquals(
                RefusalCode.GRANT_UNSAFE,
                sandbox.refused(sandbox.script("#!/bin/sh\n", noPort), args()).code());
        Program script = sandbox.script("#!/bin/sh\n", "/bin/sh");
        RunInput loader =
                new RunInput(List.of(), Bytes.EMPTY, Map.of("LD_PRELOAD", "/tmp/x.so"), Duration.ofSeconds(1));
        assertEquals(RefusalCode.INPUT_REFUSED, sandbox.refused(script, loader).code());
        assertEquals(
                RefusalCode.CONTENT_UNREADABLE,
                sandbox.refused(
                                Unsigned.program("gone", sandbox.folder().resolve("gone"), "0".repeat(64), Grants.NONE),
                                args())
                        .code());
    }
}
