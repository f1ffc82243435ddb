package dev.pavise.k8s.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ManagerCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CountDownLatch stopped = new CountDownLatch(1);

    @TempDir
    Path folder;

    private int run(String... arguments) {
        return new CommandLine(new ManagerCommand(name -> null, stopped))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("manager.yaml"), text).toString();
    }

    @Test
    void tellsEveryKey() {
        assertEquals(0, run("--keys"));
        assertTrue(out.toString().contains("kubernetes.heal.budget"), out.toString());
    }

    @Test
    void namesWhatIsWrongWithTheConfiguration() throws IOException {
        assertEquals(1, run("--config", file("lisen: a")));
        assertTrue(err.toString().contains("did you mean `listen`"), err.toString());
    }

    @Test
    void saysWhatItNeedsOutsideOfACluster() throws IOException {
        assertEquals(1, run("--config", file("listen: 127.0.0.1:0")));
        assertTrue(err.toString().startsWith("pavise: this is no pod"), err.toString());
    }

    @Test
    void servesUntilItIsToldToStop() throws Exception {
        try (ApiServer server = ApiServer.start()) {
            String config = file("""
                    listen: 127.0.0.1:0
                    audit: {low_water: 1MiB}
                    kubernetes: {namespace: %s, kubeconfig: %s}
                    """.formatted(server.namespace(Map.of()), server.kubeconfig(folder)));
            assertEquals(0, run("--config", config, "--check"));
            assertTrue(out.toString().startsWith("it would lead from namespace `"), out.toString());
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> run("--config", config));
            Waiting.until("it serves", () -> out.toString().contains("ready https://127.0.0.1:"));
            stopped.countDown();
            assertEquals(0, code.get());
        }
    }
}
