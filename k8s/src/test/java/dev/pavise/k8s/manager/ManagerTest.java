package dev.pavise.k8s.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Configs;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.lead.Leadership;
import dev.pavise.k8s.manager.config.ManagerConfig;
import dev.pavise.k8s.manager.config.ManagerConfigLoader;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerTest {
    private final ApiServer server = ApiServer.start();
    private String system;
    private String agents;

    @TempDir
    Path folder;

    @BeforeEach
    void namespaces() {
        system = server.namespace(Map.of());
        agents = server.namespace(Map.of());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ManagerConfig config(String name) throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(folder.resolve(name)).resolve("manager.yaml"), """
                listen: 127.0.0.1:0
                data_dir: data
                audit: {low_water: 1MiB}
                kubernetes: {namespace: %s, watch: [%s], kubeconfig: %s}
                """.formatted(
                                system, agents, server.kubeconfig(folder)));
        return Configs.loaded(ManagerConfigLoader.load(file, variable -> null));
    }

    /** Trusts what the Secret says, and nobody else. */
    private HttpClient client() throws Exception {
        String pem = new String(Base64.getDecoder()
                .decode(server.client()
                        .secrets()
                        .inNamespace(system)
                        .withName("pavise-manager-tls")
                        .get()
                        .getData()
                        .get("ca.crt")));
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (Certificate each : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes()))) {
            trusted.setCertificateEntry("ca" + trusted.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), new SecureRandom());
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static String url(Manager manager) {
        return manager.url().replace("127.0.0.1", "localhost");
    }

    /** Empty until the manager shows what its Secret holds. */
    private static Optional<HttpResponse<String>> send(HttpClient client, HttpRequest request) {
        try {
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (SSLHandshakeException early) {
            return Optional.empty();
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void leadsServesScalesRecordsAndLetsGo() throws Exception {
        Owned owned = Owned.make(server, agents, "app");
        String token = owned.token(server, "pavise-manager");
        ManagerConfig config = config("one");
        try (Manager manager = Manager.start(config)) {
            Waiting.until("it is ready", manager::ready);
            Waiting.until(
                    "its certificate",
                    () -> server.client()
                                    .secrets()
                                    .inNamespace(system)
                                    .withName("pavise-manager-tls")
                                    .get()
                            != null);
            try (HttpClient client = client()) {
                HttpRequest scale = HttpRequest.newBuilder(URI.create(url(manager) + "/v1/k8s/scale"))
                        .header("Authorization", "Bearer " + token)
                        .header("x-request-id", "r-7")
                        .header("x-pavise-principal", "operator")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"replicas\": 3}"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
                HttpResponse<String> scaled = Waiting.until("the trusted certificate", () -> send(client, scale));
                assertEquals(200, scaled.statusCode(), scaled.body());
                assertTrue(scaled.body().contains("\"to\":3"), scaled.body());
                HttpResponse<String> status = client.send(
                        HttpRequest.newBuilder(URI.create(url(manager) + "/v1/k8s/status"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertEquals(200, status.statusCode(), status.body());
                assertTrue(status.body().contains("\"audit\":{\"ephemeral\":false}"), status.body());
            }
            assertEquals(
                    3,
                    server.client()
                            .apps()
                            .deployments()
                            .inNamespace(agents)
                            .withName("app")
                            .get()
                            .getSpec()
                            .getReplicas());
        }
        try (AuditStore audit = AuditStore.open(AuditSettings.of(
                        config.audit().dir(),
                        config.audit().key(),
                        config.audit().anchor())
                .withLowWater(0))) {
            List<AuditPage.Row> rows = audit.query(AuditQuery.builder()
                            .action("k8s.scale")
                            .order(AuditQuery.Order.OLDEST_FIRST)
                            .build())
                    .rows();
            assertEquals(2, rows.size(), rows.toString());
            assertTrue(rows.getFirst().toString().contains("\"phase\":\"intent\""));
            String outcome = rows.getLast().toString();
            assertTrue(outcome.contains("\"outcome\":\"success\""), outcome);
            assertTrue(outcome.contains("\"on_behalf_of\":\"operator\"") && outcome.contains("r-7/"), outcome);
        }
    }

    @Test
    void handsTheLeadOverWhenItStops() throws Exception {
        Manager first = Manager.start(config("first"));
        Waiting.until("the first leads", first::ready);
        try (Manager second = Manager.start(config("second"))) {
            assertTrue(!second.ready());
            first.close();
            Waiting.until("the second leads", second::ready);
        }
        assertTrue(holder().isEmpty(), "the Lease is given up");
    }

    // By connections of its own that do not wait long: on a busy machine the mock has let one hang.
    private String holder() {
        Config config = server.config();
        config.setRequestTimeout(3_000);
        AtomicReference<String> seen = new AtomicReference<>();
        Waiting.until("an answer of the API server", () -> {
            try (KubernetesClient client = ApiServer.client(config)) {
                String holder = client.leases()
                        .inNamespace(system)
                        .withName(Leadership.LEASE)
                        .get()
                        .getSpec()
                        .getHolderIdentity();
                seen.set(holder == null ? "" : holder);
                return true;
            } catch (KubernetesClientException busy) {
                return false;
            }
        });
        return seen.get();
    }

    @Test
    void saysWhatIsMissingOutsideOfACluster() throws Exception {
        Path file = Files.writeString(folder.resolve("manager.yaml"), "listen: 127.0.0.1:0\n");
        ManagerConfig config = Configs.loaded(ManagerConfigLoader.load(file, name -> null));
        StartFailure failure = assertThrows(StartFailure.class, () -> Manager.start(config));
        assertTrue(failure.problem().contains("name a kubeconfig"), failure.problem());
    }

    @Test
    void leavesNothingOpenWhereItCannotStart() throws Exception {
        ManagerConfig config = config("one");
        try (AuditStore held = AuditStore.open(AuditSettings.of(
                        config.audit().dir(),
                        config.audit().key(),
                        config.audit().anchor())
                .withLowWater(0))) {
            assertTrue(held.log().unavailable().isEmpty());
            StartFailure failure = assertThrows(StartFailure.class, () -> Manager.start(config));
            assertTrue(failure.problem().startsWith("the audit log cannot be opened"), failure.problem());
        }
        Manager.start(config).close();
    }

    @Test
    void refusesAManifestOfSomethingElse() throws Exception {
        Path manifest = Files.writeString(folder.resolve("m.yaml"), "kind: Service\nmetadata: {name: app}\nspec: {}\n");
        Path file = Files.writeString(
                folder.resolve("manager.yaml"), """
                listen: 127.0.0.1:0
                data_dir: data
                kubernetes: {namespace: %s, deployment: app, manifest: %s, kubeconfig: %s}
                """.formatted(system, manifest, server.kubeconfig(folder)));
        ManagerConfig config = Configs.loaded(ManagerConfigLoader.load(file, name -> null));
        StartFailure failure = assertThrows(StartFailure.class, () -> Manager.start(config));
        assertTrue(failure.problem().contains("no manifest of a Deployment"), failure.problem());
    }
}
