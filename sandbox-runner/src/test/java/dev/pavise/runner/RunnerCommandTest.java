package dev.pavise.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.RunnerConfigLoader;
import dev.pavise.runner.server.StartFailure;
import dev.pavise.runner.tls.TestCa;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CountDownLatch stopped = new CountDownLatch(1);

    @TempDir
    private Path folder;

    private int run(Backends backends, String... arguments) {
        RunnerCommand command = new RunnerCommand(backends, name -> null, stopped);
        return RunnerCommand.run(command, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private int run(String... arguments) {
        return run(config -> Map.of(), arguments);
    }

    private String config() throws Exception {
        TestCa ca = TestCa.create("test CA");
        TestCa.Issued own = ca.server();
        own.writeCert(folder.resolve("runner.crt"));
        own.writeKey(folder.resolve("runner.key"));
        ca.writeCert(folder.resolve("ca.crt"));
        Files.createDirectories(folder.resolve("keys"));
        return Files.writeString(folder.resolve("runner.yaml"), """
                        listen: 127.0.0.1:0
                        tls: {cert: runner.crt, key: runner.key, client_ca: ca.crt, gateway_names: [gateway.example]}
                        trusted_keys: keys
                        """).toString();
    }

    @Test
    void explainsItself() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("--config=FILE"), out.toString());
        assertEquals(0, run("--keys"));
        RunnerConfigLoader.keys().forEach(entry -> assertTrue(out.toString().contains(entry.purpose()), entry.path()));
    }

    @Test
    void refusesMisuse() {
        assertEquals(2, run("--port", "1"));
        assertTrue(err.toString().startsWith("pavise: "), err.toString());
    }

    @Test
    void tellsWhatIsWrongWithItsFile() throws Exception {
        assertEquals(1, run("--config", folder.resolve("none.yaml").toString()));
        assertTrue(err.toString().contains("none.yaml:1:1: does not exist"), err.toString());
        Files.writeString(folder.resolve("keys.txt"), "");
        String config = config();
        Files.writeString(Path.of(config), "listn: a\n" + Files.readString(Path.of(config)));
        assertEquals(1, run("--config", config));
        assertTrue(err.toString().contains("runner.yaml:1:1: listn: is not a known key; did you mean `listen`?"));
    }

    @Test
    void checksWithoutServing() throws Exception {
        assertEquals(0, run("--config", config(), "--check"));
        assertTrue(out.toString().startsWith("it would serve at https://127.0.0.1:"), out.toString());
    }

    @Test
    void doesNotStartWithoutWhatABackendNeeds() throws Exception {
        Backends unable = config -> {
            throw new StartFailure("namespaces cannot be had here");
        };
        assertEquals(1, run(unable, "--config", config()));
        assertEquals("pavise: namespaces cannot be had here\n", err.toString());
    }

    @Test
    void servesUntilItIsStopped() throws Exception {
        String config = config();
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> run("--config", config));
        long until = System.nanoTime() + 20_000_000_000L;
        while (!out.toString().endsWith(System.lineSeparator()) && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertTrue(
                out.toString().matches("(?s)ready https://127\\.0\\.0\\.1:\\d+ in \\d+ ms\\R"), out.toString() + err);
        stopped.countDown();
        assertEquals(0, code.join());
    }
}
