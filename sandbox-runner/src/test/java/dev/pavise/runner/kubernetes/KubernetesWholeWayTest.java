package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.server.TestRunner;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a signed manifest to a receipt, by way of a pod. */
final class KubernetesWholeWayTest {
    private static final String SCRIPT = "#!/bin/sh\nread name; echo \"hello $name\"; exit 4\n";
    private static final String JSON = "application/json";

    @TempDir
    Path folder;

    private FakeCluster cluster;

    @BeforeEach
    void open() throws Exception {
        cluster = new FakeCluster(Files.createDirectory(folder.resolve("pods")));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private TestRunner runner() throws Exception {
        KubernetesConfig config = new KubernetesConfig(
                null, "a", "b", null, Map.of(), List.of(), Duration.ofSeconds(60), Duration.ofSeconds(20), null);
        Backend backend = KubernetesBackend.open(cluster.cluster(), config, "runner", 4, 1 << 20, System::nanoTime);
        return TestRunner.start(
                Files.createDirectory(folder.resolve("runner")), loaded -> Map.of(ToolKind.NATIVE, backend));
    }

    private static HttpResponse<String> run(TestRunner runner, String allowed, String accept) {
        String digest = runner.put(SCRIPT.getBytes(StandardCharsets.UTF_8));
        String manifest = runner.manifest(digest, ",\"allowed_resources\":[" + allowed + "]");
        return runner.post(TestRunner.run(manifest, "\"stdin\": \"alice\\n\"", "alice"), accept);
    }

    @Test
    void runsAScriptInAPodAndSaysSoInItsReceipt() throws Exception {
        try (TestRunner runner = runner()) {
            HttpResponse<String> response = run(runner, "\"/bin/sh\"", JSON);
            assertEquals(200, response.statusCode(), response.body());
            Map<String, Object> result = TestRunner.json(response.body());
            assertEquals("hello alice\n", result.get("stdout"));
            assertEquals(4L, result.get("exit_code"));
            Map<?, ?> receipt = (Map<?, ?>) result.get("receipt");
            String said = new String(
                    Base64.getDecoder().decode(String.valueOf(receipt.get("payload"))), StandardCharsets.UTF_8);
            assertEquals("kubernetes", TestRunner.json(said).get("backend"));
        }
    }

    @Test
    void tellsOfTheStartOnlyWhenTheToolBegins() throws Exception {
        cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("ImagePullBackOff")
                .endWaiting()
                .build();
        try (TestRunner runner = runner()) {
            HttpResponse<String> response = run(runner, "\"/bin/sh\"", "application/x-ndjson");
            assertEquals(503, response.statusCode(), response.body());
            assertEquals("pod_not_started", TestRunner.json(response.body()).get("code"));
        }
    }

    @Test
    void refusesToolsThatNameFilesOfAHost() throws Exception {
        try (TestRunner runner = runner()) {
            HttpResponse<String> response = run(runner, "\"/bin/sh\",\"/usr/bin\"", JSON);
            assertEquals(403, response.statusCode(), response.body());
            assertTrue(response.body().contains("grant_unsafe"), response.body());
        }
    }

    @Test
    void refusesToolsThatNameSecrets() throws Exception {
        try (TestRunner runner = runner()) {
            String digest = runner.put(SCRIPT.getBytes(StandardCharsets.UTF_8));
            String manifest = runner.manifest(digest, ",\"allowed_resources\":[\"/bin/sh\",\"secret:db\"]");
            String body = TestRunner.run(manifest, "", "alice")
                    .replace("\"request_id\"", "\"secrets\": {\"db\": \"Y29ycmVjdCBob3JzZQ==\"}, \"request_id\"");
            HttpResponse<String> response = runner.post(body, JSON);
            assertEquals(501, response.statusCode(), response.body());
            assertEquals(List.of(), cluster.jobs);
        }
    }
}
