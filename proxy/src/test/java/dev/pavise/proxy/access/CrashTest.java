package dev.pavise.proxy.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.identity.ApiKeys.Lookup;
import dev.pavise.policy.key.KeyFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Killed at any moment, the store has every change that was acknowledged; at most the last, which nobody was told of, may be there too. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("pavise.crash.rounds", 5);

    @TempDir
    Path dataDir;

    private final Map<String, String> made = new LinkedHashMap<>(); // key by id
    private final Set<String> revoking = new HashSet<>();
    private final Set<String> revoked = new HashSet<>();

    @Test
    void everyAcknowledgedChangeSurvivesAKill() throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < ROUNDS; round++) {
            runAndKill(round, 1 + random.nextInt(300));
            check();
        }
        assertFalse(made.isEmpty() || revoked.isEmpty());
    }

    private void runAndKill(int round, int lines) throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingChanger.class.getName(),
                        dataDir.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = child.inputReader()) {
            String line;
            for (int read = 0; (line = read(out)) != null; read++) {
                note(line);
                if (read == lines) {
                    child.destroyForcibly();
                }
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        }
        assertEquals(137, child.exitValue(), "it did not end by itself");
    }

    private static String read(BufferedReader out) {
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
        String[] words = line.substring(0, line.length() - 1).split(" ");
        switch (words[0]) {
            case "made" ->
                made.put(KeyFormat.DEFAULT.read(words[1]).orElseThrow().id(), words[1]);
            case "revoking" -> revoking.add(words[1]);
            case "revoked" -> revoked.add(words[1]);
            default -> throw new AssertionError(line);
        }
    }

    private void check() throws Exception {
        try (Access access = Makers.open(dataDir)) {
            for (Map.Entry<String, String> key : made.entrySet()) {
                boolean found = access.state().keys().find(key.getValue(), Makers.START) instanceof Lookup.Found;
                if (revoked.contains(key.getKey())) {
                    assertFalse(found, "a revoked key came to life");
                } else if (!revoking.contains(key.getKey())) {
                    assertTrue(found, "an acknowledged key is gone");
                }
            }
        }
    }
}
