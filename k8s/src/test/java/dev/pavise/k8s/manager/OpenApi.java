package dev.pavise.k8s.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.certificate.OwnCertificate;
import dev.pavise.k8s.manager.config.CallerGrant;
import dev.pavise.k8s.manager.config.LimitsConfig;
import dev.pavise.proxy.config.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The door of a manager, and a gateway in a pod of its own that asks there. */
final class OpenApi implements AutoCloseable {
    static final String AUDIENCE = "pavise-manager";
    static final int EXCHANGES = 4;
    final ApiServer server = ApiServer.start();
    final FakeControl control = new FakeControl();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    HttpClient http;
    AuditStore audit;
    Api api;
    Door door;
    String namespace;
    Owned owned;
    String token;

    OpenApi(Path folder) throws Exception {
        namespace = server.namespace(Map.of());
        owned = Owned.make(server, namespace, "app");
        token = owned.token(server, AUDIENCE);
        audit = AuditStore.open(
                AuditSettings.of(folder.resolve("audit"), folder.resolve("audit.key"), folder.resolve("audit.anchor"))
                        .withLowWater(0));
        List<CallerGrant> grants =
                List.of(new CallerGrant(namespace, "default", List.of(Target.deployment("elsewhere", "granted"))));
        api = new Api(
                new Api.Parts(
                        new Callers(server.client(), now::get, System::nanoTime),
                        new Reach(server.client(), grants),
                        control,
                        new Refusals(audit.log(), InstantSource.system()),
                        new ManagerMetrics(),
                        "metrics-token"::equals,
                        place -> Map.of("leader", "manager-1")),
                EXCHANGES);
        door = Door.open(
                new HostPort("127.0.0.1", 0),
                new LimitsConfig(EXCHANGES, Duration.ofSeconds(10), Duration.ofSeconds(1)),
                new OwnCertificate(server.client(), namespace, InstantSource.system()).context(),
                api);
        http = client("TLSv1.3");
    }

    @Override
    public void close() {
        http.shutdownNow();
        door.close();
        audit.close();
        server.close();
    }

    static HttpClient client(String protocol) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        return HttpClient.newBuilder()
                .sslContext(trusting)
                .sslParameters(parameters)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(door.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("x-request-id", "r-1")
                .header("x-pavise-principal", "jwt%3Acorp%3Aalice");
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> anybody(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(door.url() + path)));
    }

    Target own() {
        return Target.deployment(namespace, "app");
    }

    static void assertRefused(int status, String code, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"code\":\"" + code + "\""), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElse(""));
    }

    /** Trusts whoever answers: these tests are not about that. */
    static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
