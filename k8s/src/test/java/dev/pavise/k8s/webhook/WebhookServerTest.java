package dev.pavise.k8s.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.inject.Given;
import dev.pavise.k8s.inject.Trees;
import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pki.CertificateUse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookServerTest {
    private static final int REVIEW_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    private TestAuthority authority;

    @BeforeEach
    void issue() throws Exception {
        authority = new TestAuthority(folder);
        authority.issue("server", CertificateUse.SERVER, "localhost");
    }

    private InjectorConfig config(InjectorConfig.Tls tls, int concurrent, Duration timeout, Path metricsToken) {
        return new InjectorConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls,
                "pavise-system",
                Set.of(),
                Given.sidecar(),
                new InjectorConfig.Limits(concurrent, 64, REVIEW_BYTES, timeout),
                metricsToken);
    }

    private InjectorConfig.Tls tls() {
        return new InjectorConfig.Tls(folder.resolve("server.pem"), folder.resolve("server-key.pem"), null, List.of());
    }

    private WebhookServer start() throws Exception {
        return WebhookServer.start(config(tls(), 8, Duration.ofMillis(500), null));
    }

    private static URI at(WebhookServer server, String path) {
        return URI.create("https://localhost:" + server.address().getPort() + path);
    }

    private static HttpRequest review(WebhookServer server, String path, byte[] body) {
        return HttpRequest.newBuilder(at(server, path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void answersTheQuestionsOfAnApiServer() throws Exception {
        try (WebhookServer server = start();
                HttpClient client = authority.client(null)) {
            var answer = send(
                    client, review(server, "/inject/namespace?timeout=5s", Trees.bytes(AdmissionJudgeTest.review())));
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("\"patchType\":\"JSONPatch\""), answer.body());
            assertEquals("TLSv1.3", answer.sslSession().orElseThrow().getProtocol());
        }
    }

    @Test
    void speaksNoOlderTls() throws Exception {
        try (WebhookServer server = start()) {
            SSLParameters old = new SSLParameters();
            old.setProtocols(new String[] {"TLSv1.2"});
            try (HttpClient client =
                    authority.clientBuilder(null).sslParameters(old).build()) {
                assertThrows(IOException.class, () -> send(client, review(server, "/inject/pod", new byte[0])));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /, application/json, 404",
        "POST, /inject, application/json, 404",
        "POST, /inject/namespace/, application/json, 404",
        "POST, /inject/%6eamespace, application/json, 404",
        "PUT, /inject/namespace, application/json, 404",
        "GET, /inject/namespace, application/json, 404",
        "POST, /inject/namespace, text/plain, 415",
        "POST, /inject/namespace, application/json, 400",
        "GET, /metrics, application/json, 404",
        "GET, /health/live, application/json, 200",
        "GET, /health/ready, application/json, 200",
    })
    void answersNothingElse(String method, String path, String type, int status) throws Exception {
        try (WebhookServer server = start();
                HttpClient client = authority.client(null)) {
            HttpRequest request = HttpRequest.newBuilder(at(server, path))
                    .header("Content-Type", type)
                    .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
                    .build();
            assertEquals(status, send(client, request).statusCode());
        }
    }

    @Test
    void readsNoLargerQuestion() throws Exception {
        try (WebhookServer server = start();
                HttpClient client = authority.client(null)) {
            byte[] large = new byte[REVIEW_BYTES + 1];
            assertEquals(413, send(client, review(server, "/inject/pod", large)).statusCode());
        }
    }

    @Test
    void showsTheNewCertificateOnceItsFilesChange() throws Exception {
        try (WebhookServer server = start()) {
            X509Certificate before = shown(server);
            // First only the certificate, whose key is the old one: what is in force stays in force.
            Path key = folder.resolve("server-key.pem");
            byte[] oldKey = Files.readAllBytes(key);
            authority.issue("server", CertificateUse.SERVER, "localhost");
            byte[] newKey = Files.readAllBytes(key);
            Files.write(key, oldKey);
            assertEquals(before, shown(server));
            Files.write(key, newKey);
            Waiting.until("the new certificate", () -> !before.equals(shown(server)));
        }
    }

    private X509Certificate shown(WebhookServer server) {
        try (HttpClient client = authority.client(null)) {
            var answer =
                    send(client, HttpRequest.newBuilder(at(server, "/health")).build());
            return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void asksForTheApiServersCertificateWhereThatIsConfigured() throws Exception {
        authority.issue("apiserver", CertificateUse.CLIENT, "kube-apiserver");
        authority.issue("other", CertificateUse.CLIENT, "somebody-else");
        InjectorConfig.Tls mutual =
                new InjectorConfig.Tls(tls().cert(), tls().key(), folder.resolve("ca.pem"), List.of("kube-apiserver"));
        byte[] question = Trees.bytes(AdmissionJudgeTest.review());
        try (WebhookServer server = WebhookServer.start(config(mutual, 8, Duration.ofMillis(500), null));
                HttpClient right = authority.client("apiserver");
                HttpClient wrong = authority.client("other");
                HttpClient none = authority.client(null)) {
            assertEquals(
                    200,
                    send(right, review(server, "/inject/namespace", question)).statusCode());
            assertEquals(
                    403,
                    send(wrong, review(server, "/inject/namespace", question)).statusCode());
            assertEquals(
                    403,
                    send(none, review(server, "/inject/namespace", question)).statusCode());
            assertEquals(
                    200,
                    send(
                                    none,
                                    HttpRequest.newBuilder(at(server, "/health/live"))
                                            .build())
                            .statusCode());
        }
    }

    @Test
    void tellsItsMetricsToTheHolderOfTheToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "s3cret\n");
        try (WebhookServer server = WebhookServer.start(config(tls(), 8, Duration.ofMillis(500), token));
                HttpClient client = authority.client(null)) {
            send(client, review(server, "/inject/namespace", Trees.bytes(AdmissionJudgeTest.review())));
            HttpRequest.Builder scrape = HttpRequest.newBuilder(at(server, "/metrics"));
            assertEquals(401, send(client, scrape.build()).statusCode());
            assertEquals(
                    401,
                    send(
                                    client,
                                    scrape.copy()
                                            .header("Authorization", "Bearer wrong")
                                            .build())
                            .statusCode());
            var metrics = send(
                    client,
                    scrape.copy().header("Authorization", "Bearer s3cret").build());
            assertEquals(200, metrics.statusCode());
            assertTrue(
                    metrics.body().contains("pavise_injector_reviews_seconds_count{verdict=\"injected\"} 1"),
                    metrics.body());
            Files.writeString(token, "");
            assertEquals(
                    401,
                    send(
                                    client,
                                    scrape.copy()
                                            .header("Authorization", "Bearer ")
                                            .build())
                            .statusCode());
        }
    }

    @Test
    void answersEveryQuestionOfACrowdAndNoneByLeavingOutTheSidecar() throws Exception {
        byte[] question = Trees.bytes(AdmissionJudgeTest.review());
        try (WebhookServer server = WebhookServer.start(config(tls(), 2, Duration.ofMillis(10), null));
                HttpClient client = authority.client(null);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(threads.submit(() -> send(client, review(server, "/inject/namespace", question))));
            }
            for (Future<HttpResponse<String>> each : answers) {
                HttpResponse<String> answer = each.get();
                assertTrue(
                        answer.statusCode() == 503 || answer.body().contains("\"patchType\":\"JSONPatch\""),
                        answer.body());
            }
        }
    }

    @Test
    void doesNotStartWithAKeyThatIsNotTheCertificates() throws Exception {
        authority.issue("other", CertificateUse.SERVER, "localhost");
        InjectorConfig.Tls mixed =
                new InjectorConfig.Tls(tls().cert(), folder.resolve("other-key.pem"), null, List.of());
        BadMaterialException refused = assertThrows(
                BadMaterialException.class, () -> WebhookServer.start(config(mixed, 8, Duration.ofMillis(500), null)));
        assertTrue(refused.problem().contains("is not the key of"), refused.problem());
        assertFalse(refused.problem().contains("BEGIN"));
    }
}
