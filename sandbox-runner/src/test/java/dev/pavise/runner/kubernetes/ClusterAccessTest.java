package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.server.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterAccessTest {
    @TempDir
    Path folder;

    private static KubernetesConfig config(Path kubeconfig, String namespace) {
        return new KubernetesConfig(
                namespace,
                "gvisor",
                "registry.example/tools@sha256:" + "a".repeat(64),
                null,
                Map.of(),
                List.of(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                kubeconfig);
    }

    private String failure(ClusterAccess access, KubernetesConfig config) {
        return assertThrows(
                        StartFailure.class,
                        () -> access.open(config, 4, 1 << 20, folder.resolve("data"))
                                .close())
                .problem();
    }

    @Test
    void saysWhereItIsInNoPod() {
        String problem = failure(new ClusterAccess(Map.of(), folder), config(null, null));
        assertTrue(problem.contains("kubernetes.kubeconfig"), problem);
    }

    @Test
    void opensByKubeconfigAndKeepsItsName() throws Exception {
        Files.createDirectory(folder.resolve("pods"));
        try (FakeCluster cluster = new FakeCluster(folder.resolve("pods"))) {
            Path kubeconfig = kubeconfig(cluster.url());
            ClusterAccess access = new ClusterAccess(Map.of(), folder);
            Path data = folder.resolve("data");
            access.open(config(kubeconfig, "tools"), 4, 1 << 20, data).close();
            String name = ClusterAccess.name(data);
            access.open(config(kubeconfig, "tools"), 4, 1 << 20, data).close();
            assertEquals(name, ClusterAccess.name(data));
            assertTrue(cluster.requests.stream().anyMatch(each -> each.contains(name)));
        }
    }

    private Path kubeconfig(String url) throws IOException {
        Path file = folder.resolve("kubeconfig");
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(url));
        return file;
    }

    @Test
    void refusesToStartWhereToolsWouldHaveANetwork() throws IOException {
        Files.createDirectory(folder.resolve("pods"));
        try (FakeCluster cluster = new FakeCluster(folder.resolve("pods"))) {
            String problem = failure(new ClusterAccess(Map.of(), folder), config(kubeconfig(cluster.url()), "other"));
            assertTrue(problem.contains("NetworkPolicy"), problem);
        }
    }

    @Test
    void refusesToStartWhereTheApiServerDoesNotAnswer() throws IOException {
        String problem =
                failure(new ClusterAccess(Map.of(), folder), config(kubeconfig("http://127.0.0.1:1/"), "tools"));
        assertTrue(problem.contains("does not answer"), problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kind: Config",
                "token-4711: [",
                "users: token-4711",
                "{kind: Config, users: [{name: u, user: {token: token-4711}}]}"
            })
    void refusesAKubeconfigWithoutQuotingIt(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), text);
        String problem = failure(new ClusterAccess(Map.of(), folder), config(file, "tools"));
        assertTrue(problem.contains("the kubeconfig `" + file + "`"), problem);
        assertFalse(problem.contains("4711"), problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "../../other"})
    void refusesANameThatItDidNotWrite(String name) throws IOException {
        Path data = folder.resolve("data");
        ClusterAccess.name(data);
        Files.writeString(data.resolve("kubernetes-runner"), name);
        assertThrows(IOException.class, () -> ClusterAccess.name(data));
    }
}
