package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.RunInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first program of a pod, run as it stands by real shells. */
final class StageScriptTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private record Ran(int exitCode, String stdout, String stderr) {}

    private byte[] delivery(byte[] tool, String sha256, RunInput input) throws IOException {
        Path file = folder.resolve("content");
        Files.write(file, tool);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ToolFile opened = ToolFile.open(file, 1 << 20)) {
            new Delivery(opened, sha256, "", input, Limits.DEFAULT).sendTo(bytes::write);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(OutputHash.sha256().digest(bytes));
    }

    private Ran run(String shell, byte[] delivery, String then) throws IOException, InterruptedException {
        for (String name : List.of("stage", "scratch")) {
            Files.createDirectories(folder.resolve(name));
        }
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(
                        shell,
                        "-c",
                        StageScript.TEXT,
                        "pavise",
                        folder.resolve("stage").toString(),
                        folder.resolve("scratch").toString(),
                        folder.resolve("figures").toString())
                .redirectError(err.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(delivery);
            stdin.write(then.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended already.
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }

    private static byte[] script(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash"})
    void launchesWhatHasItsDigest(String shell) throws Exception {
        byte[] tool = script("#!/bin/sh\necho \"$1\" $X; cat; echo no >&2; ulimit -n; exit 7\n");
        RunInput input = new RunInput(List.of("a  b'c"), Bytes.of("in"), Map.of("X", "y"), MINUTE);
        Ran ran = run(shell, delivery(tool, sha256(tool), input), "go\n");
        assertEquals(new Ran(7, "staged\na  b'c y\nin256\n", "no\n"), ran);
        assertTrue(Files.readString(folder.resolve("figures")).startsWith("cpu_usec="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash"})
    void refusesWhatHasAnotherDigest(String shell) throws Exception {
        byte[] tool = script("#!/bin/sh\necho ran\n");
        Ran ran = run(shell, delivery(tool, "0".repeat(64), RunInput.of(MINUTE)), "go\n");
        assertEquals(new Ran(64, "refused digest\n", ""), ran);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no\n", "go away\n", "gogo\n"})
    void launchesNothingWithoutTheWord(String then) throws Exception {
        byte[] tool = script("#!/bin/sh\necho ran\n");
        Ran ran = run("/bin/sh", delivery(tool, sha256(tool), RunInput.of(MINUTE)), then);
        assertEquals(new Ran(64, "staged\n", ""), ran);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 8192, 100_000})
    void takesToolsAndInputOfEverySize(int size) throws Exception {
        byte[] tool = script("#!/bin/sh\nwc -c < \"$0\"; wc -c\nexit 0\n" + "x".repeat(size));
        RunInput input = new RunInput(List.of(), Bytes.of("y".repeat(size)), Map.of(), MINUTE);
        Ran ran = run("/bin/sh", delivery(tool, sha256(tool), input), "go\n");
        assertEquals("staged\n" + tool.length + "\n" + size + "\n", ran.stdout());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 60, 100, 130, 200})
    void launchesNothingThatDidNotComeWhole(int length) throws Exception {
        byte[] tool = script("#!/bin/sh\necho ran\n");
        byte[] whole = delivery(tool, sha256(tool), RunInput.of(MINUTE));
        Ran ran = run("/bin/sh", java.util.Arrays.copyOf(whole, Math.min(length, whole.length - 1)), "");
        assertEquals(64, ran.exitCode());
        assertFalse(ran.stdout().contains("ran"), ran::stdout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash"})
    void handsOnEveryWordAsItStands(String shell) throws Exception {
        Random random = new Random(4711);
        byte[] tool = script("#!/bin/sh\nprintf '%s\\0' \"$@\"\n");
        String alphabet = "ab '\"\\$`!*?[]{}()<>|&;#~=-\n\t\r%üß\u0001\u0081";
        for (int round = 0; round < 15; round++) {
            List<String> words = random.ints(8, 0, 20)
                    .mapToObj(length -> random.ints(length, 0, alphabet.length())
                            .mapToObj(at -> alphabet.substring(at, at + 1))
                            .reduce("", String::concat))
                    .toList();
            RunInput input = new RunInput(words, Bytes.EMPTY, Map.of(), MINUTE);
            Ran ran = run(shell, delivery(tool, sha256(tool), input), "go\n");
            assertEquals("staged\n" + String.join("\0", words) + "\0", ran.stdout());
        }
    }
}
