package dev.pavise.k8s.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterDetectionTest {
    @TempDir
    Path folder;

    @Test
    void isInNoClusterWithoutTheVariable() {
        assertEquals(new ClusterDetection.NotInCluster(), ClusterDetection.detect(Map.of("POD_NAME", "a"), folder));
        assertEquals(
                new ClusterDetection.NotInCluster(),
                ClusterDetection.detect(Map.of("KUBERNETES_SERVICE_HOST", " "), folder));
    }

    @Test
    void knowsItselfByTheDownwardApi() {
        Map<String, String> environment = Map.of(
                "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                "POD_NAME", "gateway-0",
                "POD_NAMESPACE", "agents",
                "POD_IP", "10.1.2.3",
                "NODE_NAME", "n1",
                "POD_SERVICE_ACCOUNT", "agent",
                "HOSTNAME", "other");
        assertEquals(
                new ClusterDetection.InCluster(new SelfInfo("agents", "gateway-0", "10.1.2.3", "n1", "agent")),
                ClusterDetection.detect(environment, folder));
    }

    @Test
    void knowsItselfByHostNameAndNamespaceFileElse() throws IOException {
        Map<String, String> environment = Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "HOSTNAME", "gateway-0");
        assertEquals(
                new ClusterDetection.InCluster(new SelfInfo(null, "gateway-0", null, null, null)),
                ClusterDetection.detect(environment, folder));
        Files.writeString(folder.resolve("namespace"), "agents\n");
        assertEquals(
                new ClusterDetection.InCluster(new SelfInfo("agents", "gateway-0", null, null, null)),
                ClusterDetection.detect(environment, folder));
    }

    @Test
    void opensNothingOutsideOfACluster() {
        IOException refused = assertThrows(IOException.class, () -> new ClusterClient(Map.of(), folder).open(null));
        assertTrue(refused.getMessage().contains("kubeconfig"), refused.getMessage());
    }

    @Test
    void readsTheTokenOfItsServiceAccountAnew() throws IOException {
        Files.writeString(folder.resolve("token"), "first\n");
        Files.writeString(folder.resolve("ca.crt"), "");
        Map<String, String> environment = new HashMap<>();
        environment.put("KUBERNETES_SERVICE_HOST", "::1");
        environment.put("KUBERNETES_SERVICE_PORT", "6443");
        try (KubernetesClient client = new ClusterClient(environment, folder).open(null)) {
            assertEquals("https://[::1]:6443/", client.getConfiguration().getMasterUrl());
            assertEquals(
                    "first", client.getConfiguration().getOauthTokenProvider().getToken());
            Files.writeString(folder.resolve("token"), "second\n");
            assertEquals(
                    "second", client.getConfiguration().getOauthTokenProvider().getToken());
        }
    }

    @Test
    void opensByKubeconfigWhateverTheEnvironmentSays() throws IOException {
        try (ApiServer server = ApiServer.start();
                KubernetesClient client =
                        new ClusterClient(Map.of("KUBECONFIG", "/nowhere"), folder).open(server.kubeconfig(folder))) {
            assertTrue(client.namespaces().list() != null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, DENIED",
        "403, DENIED",
        "404, NOT_FOUND",
        "410, NOT_FOUND",
        "409, CONFLICT",
        "429, NOT_NOW",
        "400, INVALID",
        "422, INVALID",
        "415, INVALID",
        "500, NO_ANSWER",
        "503, NO_ANSWER",
        "504, NO_ANSWER",
        "0, NO_ANSWER"
    })
    void tellsWhatAnAnswerMeans(int code, ClusterFault.Kind kind) {
        ClusterFault fault = ClusterFault.of("get pods", new KubernetesClientException("secret words", code, null));
        assertEquals(kind, fault.kind());
        assertTrue(fault.why().startsWith("get pods: ") && !fault.why().contains("secret"), fault.why());
    }

    @Test
    void knowsThatNothingWentOutWhereNobodyListens() {
        assertEquals(
                ClusterFault.Kind.UNREACHABLE,
                ClusterFault.of("get pods", new KubernetesClientException("x", new IOException(new ConnectException())))
                        .kind());
        assertEquals(
                ClusterFault.Kind.NO_ANSWER,
                ClusterFault.of("get pods", new IllegalStateException("x")).kind());
    }
}
