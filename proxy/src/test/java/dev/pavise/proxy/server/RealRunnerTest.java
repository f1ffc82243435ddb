package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.proxy.tls.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway and a runner, each as it ships: from a signed manifest through both to the receipt, with a real WASI program. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealRunnerTest {
    private static final Path PROGRAM = Path.of("..", "sandbox-runner", "src/test/resources/wasm/probe.wasm");

    private static final String SECRET = "correct-horse-battery-staple";

    @TempDir
    static Path folder;

    private final SigningKey signer = SigningKey.generate();
    private Process runner;
    private TestGateway gateway;
    private HttpClient client;

    @BeforeAll
    void start() throws Exception {
        TestCa ca = TestCa.create("tools CA");
        ca.writeCert(folder, "ca.crt");
        TestCa.Issued door = ca.server("localhost", "127.0.0.1");
        door.writeCert(folder, "runner.crt");
        door.writeKey(folder, "runner.key");
        TestCa.Issued own = ca.client("gateway").uri("spiffe://test/gateway").issue();
        own.writeCert(folder, "gw.crt");
        own.writeKey(folder, "gw.key");
        Files.createDirectory(folder.resolve("keys"));
        Files.writeString(
                folder.resolve("keys/release.pub"),
                TrustedKeyText.write(TrustedKey.always("release", signer.verifyKey())));
        int port = startRunner();
        Files.writeString(folder.resolve("db.secret"), SECRET);
        gateway = TestGateway.start(folder, """
                tools:
                  trusted_keys: keys
                  secrets: {db: "${file:db.secret}"}
                  runner: {url: "https://localhost:%d", ca: ca.crt, cert: gw.crt, key: gw.key, receipt_key: runner-data/receipt.pub}
                """.formatted(port));
        client = gateway.client(HttpClient.Version.HTTP_2);
    }

    /** The port that it listens at. */
    @SuppressWarnings("MustBeClosed") // the reader ends with the process
    private int startRunner() throws IOException {
        Path config = folder.resolve("runner.yaml");
        Files.writeString(config, """
                listen: 127.0.0.1:0
                tls: {cert: runner.crt, key: runner.key, client_ca: ca.crt, gateway_names: ["spiffe://test/gateway"]}
                trusted_keys: keys
                backends: [wasm]
                """);
        runner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.pavise.runner.RunnerMain",
                        "--config",
                        config.toString())
                .redirectError(folder.resolve("runner.log").toFile())
                .start();
        BufferedReader told = runner.inputReader();
        String ready = told.readLine();
        if (ready == null || !ready.startsWith("ready https://")) {
            throw new IOException("the runner is not ready: " + ready + Files.readString(folder.resolve("runner.log")));
        }
        return Integer.parseInt(ready.replaceAll("^ready https://[^ ]*:([0-9]+) .*$", "$1"));
    }

    @AfterAll
    void stop() throws Exception {
        client.shutdownNow();
        gateway.close();
        runner.destroy();
        if (!runner.waitFor(20, TimeUnit.SECONDS)) {
            runner.destroyForcibly();
        }
    }

    private SignedManifest manifest(String tool, int cpuSeconds) throws Exception {
        String json = """
                {"tool_id": "%s", "version": "1.0.0", "sha256_hash": "%s", "kind": "wasm", "max_memory_mb": 64,
                 "max_cpu_seconds": %d, "network_allowed": false}""".formatted(tool, ScriptedRunner.sha256(Files.readAllBytes(PROGRAM)), cpuSeconds);
        return SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), signer);
    }

    private HttpResponse<String> ask(String method, String path, byte[] body, String accept) throws Exception {
        return client.send(
                gateway.request(path)
                        .timeout(java.time.Duration.ofSeconds(60))
                        .header("accept", accept)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void register(String tool) throws Exception {
        byte[] program = Files.readAllBytes(PROGRAM);
        HttpResponse<String> kept = ask("PUT", "/v1/tools/content/" + ScriptedRunner.sha256(program), program, "*/*");
        assertTrue(kept.statusCode() == 201 || kept.statusCode() == 200, kept.body());
        HttpResponse<String> registered =
                ask("POST", "/v1/tools/manifests", manifest(tool, 5).json(), "*/*");
        assertEquals(201, registered.statusCode(), registered.body());
    }

    @Test
    void runsAProgramAndChecksItsReceipt() throws Exception {
        register("echo");
        HttpResponse<String> run = ask(
                "POST",
                "/v1/tools/echo/run",
                "{\"args\":[\"echo\"],\"stdin\":\"hello\"}".getBytes(StandardCharsets.UTF_8),
                "application/json");
        assertEquals(200, run.statusCode(), run.body());
        JsonNode json = JsonMapper.shared().readTree(run.body());
        assertEquals("hello", json.path("stdout").asString(""), run.body());
        assertTrue(json.path("success").asBoolean(false));
        JsonNode outcome = Trail.of(gateway)
                .await("echo", each -> Trail.text(each, "event_type").equals("tool_run"));
        assertEquals("verified", Trail.metadata(outcome, "receipt"));
        assertEquals(json.path("run_id").asString(""), Trail.metadata(outcome, "run_id"));
    }

    /** Everything that both of them wrote down. */
    private boolean isWrittenDown(String text) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                if (!each.endsWith("db.secret")
                        && new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void givesASecretToTheToolThatAsksAndToNoOther() throws Exception {
        register("without");
        byte[] program = Files.readAllBytes(PROGRAM);
        String json = """
                {"tool_id": "with", "version": "1.0.0", "sha256_hash": "%s", "kind": "wasm", "max_memory_mb": 64,
                 "max_cpu_seconds": 5, "network_allowed": false, "allowed_resources": ["secret:db"]}""".formatted(ScriptedRunner.sha256(program));
        HttpResponse<String> registered = ask(
                "POST",
                "/v1/tools/manifests",
                SignedManifest.sign(ManifestReader.draft(json.getBytes(StandardCharsets.UTF_8)), signer)
                        .json(),
                "*/*");
        assertEquals(201, registered.statusCode(), registered.body());
        byte[] show = "{\"args\":[\"show\",\"/run/secrets/db\"]}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> given = ask("POST", "/v1/tools/with/run", show, "application/json");
        JsonNode json200 = JsonMapper.shared().readTree(given.body());
        assertEquals(SECRET, json200.path("stdout").asString(""), given.body());
        HttpResponse<String> env = ask(
                "POST",
                "/v1/tools/with/run",
                "{\"args\":[\"env\"]}".getBytes(StandardCharsets.UTF_8),
                "application/json");
        assertEquals(200, env.statusCode(), env.body());
        assertFalse(env.body().contains(SECRET), env.body());
        HttpResponse<String> none = ask("POST", "/v1/tools/without/run", show, "application/json");
        assertTrue(none.body().contains("errno"), none.body());
        JsonNode outcome = Trail.of(gateway)
                .await("with", each -> Trail.text(each, "event_type").equals("tool_run"));
        assertEquals("verified", Trail.metadata(outcome, "receipt"));
        assertEquals("db", Trail.metadata(outcome, "secrets"));
        assertFalse(isWrittenDown(SECRET));
    }

    @Test
    void streamsItsOutput() throws Exception {
        register("streamed");
        HttpResponse<String> run = ask(
                "POST",
                "/v1/tools/streamed/run",
                "{\"args\":[\"echo\"],\"stdin\":\"hello\"}".getBytes(StandardCharsets.UTF_8),
                "text/event-stream");
        assertEquals(200, run.statusCode(), run.body());
        assertEquals(
                List.of("event: started", "event: output", "event: result"),
                run.body()
                        .lines()
                        .filter(each -> each.startsWith("event: "))
                        .distinct()
                        .toList(),
                run.body());
        assertEquals("verified", Trail.metadata(Trail.of(gateway).end("streamed"), "receipt"));
    }

    @Test
    void believesNothingThatTheGatewaySays() throws Exception {
        register("revoked");
        // The runner's keys and the gateway's are the same folder here: the runner reads it for each run, the gateway
        // when it is told.
        Files.move(folder.resolve("keys/release.pub"), folder.resolve("release.pub"));
        try {
            HttpResponse<String> run = ask("POST", "/v1/tools/revoked/run", new byte[0], "application/json");
            assertEquals(502, run.statusCode(), run.body());
            assertTrue(run.body().contains("runner_declined"), run.body());
            assertTrue(run.body().contains("signature_invalid"), run.body());
        } finally {
            Files.move(folder.resolve("release.pub"), folder.resolve("keys/release.pub"));
        }
    }
}
