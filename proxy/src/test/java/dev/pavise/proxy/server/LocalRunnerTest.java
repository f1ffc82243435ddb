package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A gateway that starts a runner beside itself: the process as it ships, from its start to its end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(
        MethodOrderer.OrderAnnotation.class) // a start costs seconds, so the tests share one gateway, and end it last
final class LocalRunnerTest {
    private static final String PROPERTY = "pavise.runner";
    private static final Path WASM = Path.of("..", "sandbox-runner", "src/test/resources/wasm/probe.wasm");
    private static final byte[] SCRIPT = "#!/bin/sh\necho \"script $1\"\n".getBytes(StandardCharsets.UTF_8);
    private static final String TOOLS = """
            tools:
              trusted_keys: keys
              local_runner: {heap: 256MiB, concurrent: %d}
            """;

    private final SigningKey signer = SigningKey.generate();
    private Path folder;
    private Path arguments;
    private TestGateway gateway;
    private HttpClient client;

    @BeforeAll
    void start() throws Exception {
        folder = readable(Files.createTempDirectory("pavise-beside"));
        Path program = readable(Files.createDirectory(folder.resolve("program")));
        arguments = RunnerProgramFolder.make(program);
        System.setProperty(PROPERTY, arguments.toString());
        Path keys = readable(Files.createDirectory(folder.resolve("keys")));
        Files.writeString(
                keys.resolve("release.pub"), TrustedKeyText.write(TrustedKey.always("release", signer.verifyKey())));
        gateway = TestGateway.start(folder, TOOLS.formatted(2));
        client = gateway.client(HttpClient.Version.HTTP_2);
        register("echo", "wasm", Files.readAllBytes(WASM), "");
        register("script", "native", SCRIPT, "\"allowed_resources\": [\"fs:ro:/bin/sh\"],");
    }

    private static Path readable(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterAll
    void stop() throws IOException {
        System.clearProperty(PROPERTY);
        client.shutdownNow();
        gateway.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void register(String tool, String kind, byte[] program, String more) throws Exception {
        String sha256 = ScriptedRunner.sha256(program);
        String json = """
                {"tool_id": "%s", "version": "1.0.0", "sha256_hash": "%s", "kind": "%s", %s "max_memory_mb": 64,
                 "max_cpu_seconds": 5, "network_allowed": false}""".formatted(tool, sha256, kind, more);
        byte[] manifest = SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), signer)
                .json();
        assertEquals(201, ask("PUT", "/v1/tools/content/" + sha256, program).statusCode());
        assertEquals(201, ask("POST", "/v1/tools/manifests", manifest).statusCode());
    }

    private HttpResponse<String> ask(String method, String path, byte[] body) throws Exception {
        return client.send(
                gateway.request(path)
                        .timeout(java.time.Duration.ofSeconds(60))
                        .header("accept", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> run(String tool, String argument) throws Exception {
        String input = "{\"args\": [\"" + argument + "\"], \"stdin\": \"hello\"}";
        return ask("POST", "/v1/tools/" + tool + "/run", input.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitRunner() throws Exception {
        Eventually.holds("the runner answers", () -> {
            HttpResponse<String> answer = run("echo", "echo");
            assertTrue(answer.statusCode() == 200 || answer.body().contains("runner_unreachable"), answer.body());
            return answer.statusCode() == 200;
        });
    }

    private static Optional<ProcessHandle> runner(ProcessHandle of) {
        return of.children()
                .filter(child -> arguments(child).contains("dev.pavise.runner.RunnerMain"))
                .findFirst();
    }

    private static List<String> arguments(ProcessHandle process) {
        try {
            return List.of(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static ProcessHandle runner() {
        return runner(ProcessHandle.current()).orElseThrow();
    }

    private static String status(ProcessHandle process, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .findFirst()
                .orElseThrow()
                .substring(field.length() + 1)
                .strip();
    }

    @Test
    @Order(1)
    void runsBothKindsOfTools() throws Exception {
        awaitRunner();
        HttpResponse<String> script = run("script", "here");

        assertEquals(200, script.statusCode(), script.body());
        assertTrue(script.body().contains("\"stdout\":\"script here\\n\""), script.body());
        assertTrue(Files.readString(folder.resolve("data/receipt.pub")).contains("PUBLIC KEY"));
    }

    @Test
    @Order(2)
    void isNotRootThoughTheGatewayIs() throws Exception {
        assumeTrue(status(ProcessHandle.current(), "Uid").startsWith("0"), "the gateway is not root");
        awaitRunner();
        for (String who : List.of("Uid", "Gid")) {
            assertEquals("1879048000\t1879048000\t1879048000\t1879048000", status(runner(), who));
        }
        assertEquals("", status(runner(), "Groups"));
        for (String set : List.of("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")) {
            assertEquals("0000000000000000", status(runner(), set));
        }
        assertEquals("1", status(runner(), "NoNewPrivs"));
    }

    @Test
    @Order(3)
    void hasNothingOfTheGatewaysSurroundings() throws Exception {
        awaitRunner();
        String environment = Files.readString(Path.of("/proc/" + runner().pid() + "/environ"));

        assertFalse(environment.contains(TestGateway.TOKEN), environment);
        assertFalse(environment.contains("HOME="), environment);
        assertFalse(Files.exists(folder.resolve("data/runner-client/runner.key")), "the runner's key is the runner's");
        assertTrue(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data/runner-client")))
                .equals("rwx------"));
    }

    @Test
    @Order(4)
    void startsAgainWhenItWasKilled() throws Exception {
        awaitRunner();
        ProcessHandle first = runner();
        assertTrue(first.destroyForcibly());
        Eventually.holds("runs are refused", () -> run("echo", "echo").statusCode() == 503);
        assertTrue(run("echo", "echo").body().contains("runner_unreachable"));
        assertEquals(200, ask("GET", "/health", new byte[0]).statusCode());
        awaitRunner();
        assertFalse(first.isAlive());
    }

    @Test
    @Order(5)
    void isAnotherProcessWhenItsConfigurationChanges() throws Exception {
        awaitRunner();
        ProcessHandle first = runner();
        assertEquals(List.of(), gateway.reload(TOOLS.formatted(2) + "limits: {connections: 500}\n"));
        assertTrue(first.isAlive(), "nothing of the runner's has changed");
        assertEquals(List.of(), gateway.reload(TOOLS.formatted(3)));
        Eventually.holds("the first one ends", () -> !first.isAlive());
        Eventually.holds(
                "the second one is there", () -> runner(ProcessHandle.current()).isPresent());
        awaitRunner();
    }

    @Test
    @Order(6)
    void refusesWhatCannotBe() throws Exception {
        assertTrue(gateway.reload(TOOLS.formatted(2).replace("heap", "user: no-such-user, heap"))
                .toString()
                .contains("no-such-user"));
        Path other = Files.createDirectory(folder.resolve("other"));
        System.clearProperty(PROPERTY);
        try {
            StartFailure failure = assertThrows(
                    StartFailure.class, () -> TestGateway.start(other, """
                            tools: {trusted_keys: %s, local_runner: {}}
                            """.formatted(folder.resolve("keys"))));
            assertTrue(failure.getMessage().contains("no runner came with this gateway"), failure.getMessage());
        } finally {
            System.setProperty(PROPERTY, arguments.toString());
        }
        awaitRunner();
    }

    @Test
    @Order(7)
    void diesWithAGatewayThatIsKilled() throws Exception {
        Path second = readable(Files.createDirectory(folder.resolve("second")));
        Path file = Files.writeString(
                second.resolve("pavise.yaml"), """
                listen: {https: "127.0.0.1:0"}
                data_dir: %s
                tools: {trusted_keys: %s, local_runner: {backends: [wasm], heap: 256MiB}}
                """.formatted(second.resolve("data"), folder.resolve("keys")));
        try (GatewayProcess other = GatewayProcess.start(file, List.of("-D" + PROPERTY + "=" + arguments))) {
            Eventually.holds("a runner is there", () -> runner(other.handle()).isPresent());
            ProcessHandle beside = runner(other.handle()).orElseThrow();
            other.kill();
            Eventually.holds("the runner is dead", () -> !beside.isAlive());
        }
    }

    @Test
    @Order(8)
    void endsWithTheGateway() throws Exception {
        awaitRunner();
        ProcessHandle last = runner();
        gateway.close();
        assertFalse(last.isAlive());
        assertEquals(Optional.empty(), runner(ProcessHandle.current()));
    }
}
