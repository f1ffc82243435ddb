package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.server.FakeManager;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pavise k8s} against a running gateway, which asks a manager. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesCommandsTest {
    private static final String TOKEN = "test-operator-token-0123456789abcdef";
    private static final String STATUS = """
            {"in_cluster": true, "leader": "pavise-manager-1", "namespace": "agents", "deployment": "codetether",
             "replicas": {"wanted": 3, "ready": 2, "available": 2, "updated": 3}, "rollout": "complete", "healthy": %s,
             "findings": [{"code": "crash_loop", "object": "Pod agents/codetether-1", "message": "it\\u001b[31m ends",
                           "since": "2026-11-22T10:00:00.123Z"}],
             "last_actions": [{"at": "2026-11-22T10:00:01Z", "action": "k8s.evict", "object": "Pod agents/codetether-1",
                               "outcome": "success", "asked_by": "system", "reason": "crash loop", "detail": ""}]}""";

    @TempDir
    static Path folder;

    private Shell shell;
    private FakeManager manager;
    private ProxyServer server;

    @BeforeAll
    void start() throws Exception {
        shell = new Shell(folder, InstantSource.system());
        TestCa ca = TestCa.create("manager CA");
        manager = new FakeManager(ca, "localhost");
        ca.writeCert(folder, "ca.crt");
        Files.writeString(folder.resolve("pod-token"), "pod-token");
        Files.writeString(folder.resolve("operator-token"), TOKEN);
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, """
                listen: {https: "127.0.0.1:0"}
                data_dir: data
                audit: {ephemeral: true}
                kubernetes: {manager: {url: "https://localhost:%d", ca: ca.crt, token: pod-token, timeout: 5s}}
                """.formatted(manager.port()));
        Map<String, String> environment = Map.of("PAVISE_AUTH_TOKEN", TOKEN, "KUBERNETES_SERVICE_HOST", "10.0.0.1");
        server = switch (ConfigLoader.load(file, environment::get)) {
            case ConfigResult.Loaded loaded -> ProxyServer.start(loaded.config(), environment::get);
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
    }

    @AfterAll
    void stop() {
        server.close();
        manager.close();
    }

    private int run(String line) {
        return shell.run("k8s " + line + " --token-file operator-token");
    }

    @ParameterizedTest
    @CsvSource({"true, 0, is healthy", "false, 1, is not healthy"})
    void tellsHowTheDeploymentIs(boolean healthy, int code, String said) {
        manager.answers(FakeManager.Behaviour.json(200, STATUS.formatted(healthy)));
        assertEquals(code, run("status --output text"), shell.err());
        assertTrue(shell.out().contains("Deployment agents/codetether " + said), shell.out());
        assertTrue(shell.out().contains("3 wanted, 2 ready"), shell.out());
        assertTrue(shell.out().contains("crash_loop"), shell.out());
        assertTrue(shell.out().contains("2026-11-22T10:00:00Z"), shell.out());
        assertTrue(shell.out().contains("audit trail is ephemeral"), shell.out());
        assertFalse(shell.out().contains("\u001b"), shell.out());
        assertEquals(code, run("status"));
        assertEquals(healthy, shell.json().path("healthy").asBoolean());
    }

    @Test
    void listsPodsAndActions() {
        manager.answers(FakeManager.Behaviour.json(200, """
                {"pods": [{"name": "codetether-1", "phase": "Running", "ready": true, "restarts": 4, "injected": true,
                           "node": "node-7", "started_at": "2026-11-22T10:00:00Z", "reason": ""}]}"""));
        assertEquals(ExitCode.DONE, run("pods --output text"), shell.err());
        assertTrue(shell.out().contains("codetether-1  Running  yes    4         yes      node-7"), shell.out());
        manager.answers(FakeManager.Behaviour.json(200, "{\"actions\": [{\"action\": \"k8s.scale\"}]}"));
        assertEquals(ExitCode.DONE, run("actions --output text"), shell.err());
        assertTrue(shell.out().contains("k8s.scale"), shell.out());
    }

    @Test
    void scales() {
        manager.answers(FakeManager.Behaviour.json(
                200, "{\"deployment\": \"codetether\", \"from\": 1, \"to\": 3, \"changed\": true}"));
        assertEquals(ExitCode.DONE, run("scale --replicas 3 --output text"), shell.err());
        assertEquals("scaled `codetether` from 1 to 3\n", shell.out());
        assertEquals("{\"replicas\":3}", manager.asked().getFirst().body());
        manager.answers(FakeManager.Behaviour.json(
                200, "{\"deployment\": \"codetether\", \"from\": 3, \"to\": 3, \"changed\": false}"));
        run("scale --replicas 3 --output text");
        assertEquals("`codetether` was at 3 already\n", shell.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scale",
                "scale --replicas three",
                "scale --replicas 3.5",
                "scale --replicas 101",
                "scale --replicas -1",
                "scale --replicas=99999999999",
                "nonsense",
                ""
            })
    void takesNonsenseAsMisuse(String line) {
        manager.answers(FakeManager.Behaviour.json(200, "{}"));
        assertEquals(ExitCode.MISUSE, run(line), shell.err());
        assertEquals(List.of(), manager.asked());
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 1"})
    void healsAndTellsWhetherItIsWell(boolean healthy, int code) {
        manager.answers(
                FakeManager.Behaviour.json(200, "{\"healthy\": " + healthy + ", \"findings\": [], \"actions\": []}"));
        assertEquals(code, run("health --output text"), shell.err());
        manager.answers(FakeManager.Behaviour.json(200, "{\"findings\": [], \"actions\": []}"));
        assertEquals(ExitCode.DONE, run("reconcile"), shell.err());
    }

    @Test
    void restartsForAReason() {
        manager.answers(FakeManager.Behaviour.json(200, "{\"deployment\": \"codetether\"}"));
        assertEquals(ExitCode.DONE, run("restart --reason a+new+day --output text"), shell.err());
        assertEquals("{\"reason\":\"a new day\"}", manager.asked().getFirst().body());
    }

    @Test
    void tellsWhyNot() {
        manager.answers(FakeManager.Behaviour.problem(409, "rollout_in_progress"));
        assertEquals(ExitCode.WANTING, run("restart"));
        assertTrue(shell.err().contains("(rollout_in_progress)"), shell.err());
        assertEquals("rollout_in_progress", shell.json().path("code").asString());
    }
}
