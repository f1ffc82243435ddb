package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.SemanticVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Killed at any moment, the registry has every change that was acknowledged; of the last, which nobody was told of, either state. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class ToolCrashTest {
    private static final int ROUNDS = 3;

    @TempDir
    Path dataDir;

    private final Set<String> registered = new HashSet<>();
    private final Set<String> removing = new HashSet<>();
    private final Set<String> removed = new HashSet<>();

    @Test
    void everyAcknowledgedChangeSurvivesAKill() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < ROUNDS; round++) {
            runAndKill(round, 1 + random.nextInt(150));
            check();
        }
        assertFalse(registered.isEmpty() || removed.isEmpty());
    }

    private void runAndKill(int round, int lines) throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingRegistrar.class.getName(),
                        dataDir.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = child.inputReader()) {
            String line = read(out);
            for (int read = 0; line != null; read++) {
                note(line);
                if (read == lines) {
                    child.destroyForcibly();
                }
                line = read(out);
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        }
        assertEquals(137, child.exitValue(), "it did not end by itself");
    }

    private static @Nullable String read(BufferedReader out) {
        try {
            return out.readLine();
        } catch (IOException closed) {
            return null;
        }
    }

    private void note(String line) {
        if (!line.endsWith(".")) {
            return; // cut off
        }
        String[] words = line.substring(0, line.length() - 1).split(" ", 2);
        switch (words[0]) {
            case "registered" -> registered.add(words[1]);
            case "removing" -> removing.add(words[1]);
            case "removed" -> removed.add(words[1]);
            default -> throw new AssertionError(line);
        }
    }

    private void check() throws Exception {
        Toolbox box = Toolbox.open(dataDir);
        for (String each : registered) {
            String[] words = each.split(" ");
            ManifestResult found = box.book().registry().find(words[0], SemanticVersion.parse(words[1]));
            boolean there = found instanceof ManifestResult.Present;
            if (removed.contains(each)) {
                assertFalse(there, each + " came to life");
            } else if (!removing.contains(each)) {
                assertTrue(there, each + " is gone");
            }
        }
    }
}
