package dev.pavise.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.tls.TestCa;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as it is started. */
class RunnerMainTest {
    @TempDir
    private Path folder;

    private Process start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(RunnerMain.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(folder.toFile()).start();
    }

    @Test
    void drainsAndEndsOnSignal() throws Exception {
        TestCa ca = TestCa.create("test CA");
        TestCa.Issued own = ca.server();
        own.writeCert(folder.resolve("runner.crt"));
        own.writeKey(folder.resolve("runner.key"));
        ca.writeCert(folder.resolve("ca.crt"));
        Files.createDirectories(folder.resolve("keys"));
        Files.writeString(folder.resolve("runner.yaml"), """
                listen: 127.0.0.1:0
                tls: {cert: runner.crt, key: runner.key, client_ca: ca.crt, gateway_names: [gateway.example]}
                trusted_keys: keys
                backends: [wasm]
                """);
        Process runner = start();
        try (BufferedReader out = runner.inputReader(StandardCharsets.UTF_8)) {
            String ready = String.valueOf(out.readLine());
            assertTrue(
                    ready.matches("ready https://127\\.0\\.0\\.1:\\d+ in \\d+ ms"),
                    () -> ready + runner.errorReader().lines().toList());
            runner.destroy();
            assertEquals(0, runner.waitFor());
        } finally {
            runner.destroyForcibly();
        }
    }
}
