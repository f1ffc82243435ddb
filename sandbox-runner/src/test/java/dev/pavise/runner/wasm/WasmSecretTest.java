package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Secrets;
import dev.pavise.runner.run.Start;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a module sees of its secrets. */
class WasmSecretTest {
    @TempDir
    Path folder;

    private String run(Secrets secrets, String... args) {
        try (WasmBackend backend = new WasmBackend(WasmSettings.ofHeap(), InstantSource.system(), System::nanoTime)) {
            RunInput input = new RunInput(List.of(args), Bytes.EMPTY, Map.of(), Duration.ofSeconds(20), secrets);
            Start start = backend.start(Tool.of(folder, Tool.probe()), input, Limits.DEFAULT, Output.NONE);
            Ending ending = assertInstanceOf(Start.Started.class, start)
                    .running()
                    .ending()
                    .join();
            RunResult result = assertInstanceOf(Ending.Completed.class, ending).result();
            return result.stdout().text();
        }
    }

    private static Secrets one() {
        return Secrets.of(Map.of("db", Bytes.of("correct horse")));
    }

    @Test
    void readsThemAndCannotChangeThem() {
        assertEquals("correct horse", run(one(), "show", "/run/secrets/db"));
        assertTrue(run(one(), "list", "/run/secrets").lines().toList().contains("db"));
        assertTrue(run(one(), "put", "/run/secrets/db").startsWith("errno"));
        assertTrue(run(one(), "put", "/run/secrets/new").startsWith("errno"));
    }

    @Test
    void hasNoneOfOthersAndNoneInItsEnvironment() {
        assertFalse(run(one(), "env").contains("horse"));
        assertTrue(run(Secrets.NONE, "show", "/run/secrets/db").startsWith("errno"));
        assertTrue(run(Secrets.NONE, "list", "/run").startsWith("errno"));
    }
}
