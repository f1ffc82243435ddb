package dev.pavise.k8s.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.certificate.OwnCertificate;
import dev.pavise.k8s.control.Problem;
import dev.pavise.k8s.manager.config.CallerGrant;
import dev.pavise.k8s.manager.config.LimitsConfig;
import dev.pavise.proxy.config.HostPort;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTest {
    private static final String AUDIENCE = "pavise-manager";
    private static final int EXCHANGES = 4;

    private final ApiServer server = ApiServer.start();
    private final FakeControl control = new FakeControl();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private HttpClient http;
    private AuditStore audit;
    private Api api;
    private Door door;
    private String namespace;
    private Owned owned;
    private String token;

    @TempDir
    Path folder;

    @BeforeEach
    void open() throws Exception {
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

    @AfterEach
    void close() {
        http.shutdownNow();
        door.close();
        audit.close();
        server.close();
    }

    private static HttpClient client(String protocol) throws Exception {
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

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(door.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("x-request-id", "r-1")
                .header("x-pavise-principal", "jwt%3Acorp%3Aalice");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Target own() {
        return Target.deployment(namespace, "app");
    }

    private static void assertRefused(int status, String code, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"code\":\"" + code + "\""), answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElse(""));
    }

    @Test
    void scalesTheDeploymentThatOwnsTheGatewaysPod() throws Exception {
        HttpResponse<String> answer = post("/v1/k8s/scale", "{\"replicas\": 3}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("{\"deployment\":\"" + namespace + "/app\",\"from\":1,\"to\":3,\"changed\":true}", answer.body());
        String asked = control.asked.getFirst();
        assertTrue(asked.startsWith("scale " + own() + " to 3 "), asked);
        assertTrue(asked.contains("gateway:" + namespace + "/app-1-x"), asked);
        assertTrue(asked.contains("on_behalf_of=jwt:corp:alice") && asked.contains("request_id=r-1"), asked);
    }

    @Test
    void tellsHowItIs() throws Exception {
        String status = get("/v1/k8s/status").body();
        for (String part : List.of(
                "\"in_cluster\":true",
                "\"leader\":\"manager-1\"",
                "\"replicas\":{\"wanted\":3,\"ready\":2,\"available\":2,\"updated\":3}",
                "\"healthy\":false",
                "\"code\":\"crash_loop\"",
                "\"mend\":",
                "\"last_actions\":[{\"id\":\"7\"")) {
            assertTrue(status.contains(part), status);
        }
        assertTrue(get("/v1/k8s/pods").body().contains("\"node\":\"node-1\""));
        assertTrue(get("/v1/k8s/actions").body().contains("\"asked_by\":\"gateway:agents/a-1\""));
        assertEquals(
                "{\"healthy\":true,\"findings\":[],\"actions\":[]}",
                post("/v1/k8s/health", "").body());
        assertEquals(200, post("/v1/k8s/reconcile", "{}").statusCode());
        assertEquals(
                200, post("/v1/k8s/restart", "{\"reason\": \"new secret\"}").statusCode());
        assertTrue(control.asked.contains("restart " + own() + " new secret"), control.asked.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "POST | /v1/k8s/scale | {\"replicas\": -1} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 101} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": \"3\"} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 3.5} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 3.0} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 1e1} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": null} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": true} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": [3]} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 99999999999999999999} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | '' | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 3, \"force\": true} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 3, \"replicas\": 4} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | {\"replicas\": 3} {} | 400 | invalid_argument",
                "POST | /v1/k8s/scale | [3] | 400 | invalid_argument",
                "POST | /v1/k8s/scale | replicas=3 | 400 | invalid_argument",
                "POST | /v1/k8s/restart | {\"reason\": 3} | 400 | invalid_argument",
                "POST | /v1/k8s/restart | {\"reason\": \"a\\nb\"} | 400 | invalid_argument",
                "POST | /v1/k8s/health | {\"replicas\": 3} | 400 | invalid_argument",
                "POST | /v1/k8s/reconcile | true | 400 | invalid_argument",
                "GET | /v1/k8s/scale | '' | 405 | method_not_allowed",
                "POST | /v1/k8s/status | '' | 405 | method_not_allowed",
                "DELETE | /v1/k8s/pods | '' | 405 | method_not_allowed",
                "POST | /v1/k8s | '' | 404 | not_found",
                "POST | /v1/k8s/scale/ | {\"replicas\": 3} | 404 | not_found",
                "POST | /v1/k8s/%73cale | {\"replicas\": 3} | 404 | not_found",
                "GET | / | '' | 404 | not_found",
                "GET | /v1/k8s/status?deployment= | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?deployment=a&deployment=b | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?deployment=..%2Fa | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?Deployment=app | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?namespace=elsewhere | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?deployment=-app | '' | 400 | invalid_argument",
                "GET | /v1/k8s/status?deployment=other | '' | 403 | forbidden",
                "GET | /v1/k8s/status?namespace=elsewhere&deployment=app | '' | 403 | forbidden",
                "POST | /v1/k8s/scale?namespace=elsewhere&deployment=other | {\"replicas\": 3} | 403 | forbidden",
            })
    void refusesWithoutDoingAnything(String method, String path, String body, int status, String code)
            throws Exception {
        assertRefused(status, code, send(request(path).method(method, HttpRequest.BodyPublishers.ofString(body))));
        assertEquals(List.of(), control.asked);
        String record = audit.query(AuditQuery.builder()
                        .eventType("access_denied")
                        .requestId("r-1")
                        .build())
                .rows()
                .getFirst()
                .toString();
        assertTrue(record.contains("\"outcome\":\"denied\"") && record.contains(code), record);
        assertFalse(record.contains(token), "no token in a record");
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        assertRefused(413, "body_too_large", post("/v1/k8s/scale", "{\"replicas\": 3" + " ".repeat(70_000) + "}"));
        assertEquals(List.of(), control.asked);
    }

    @Test
    void takesTheOwnDeploymentByNameAndThoseThatAreGranted() throws Exception {
        assertEquals(200, get("/v1/k8s/status?deployment=app").statusCode());
        assertEquals(200, get("/v1/k8s/status?namespace=" + namespace).statusCode());
        assertEquals(
                200,
                get("/v1/k8s/status?namespace=elsewhere&deployment=granted").statusCode());
        assertEquals(
                List.of("status " + own(), "status " + own(), "status Deployment elsewhere/granted"), control.asked);
    }

    @Test
    void letsNobodyInWithoutAToken() throws Exception {
        for (String value :
                List.of("Basic YTpi", "Bearer", "Bearer a b", "Bearer " + "a".repeat(9000), "Bearer nobody")) {
            HttpRequest.Builder without = request("/v1/k8s/status").setHeader("Authorization", value);
            HttpResponse<String> answer = send(without);
            assertRefused(401, "unauthenticated", answer);
            assertEquals(
                    "Bearer", answer.headers().firstValue("www-authenticate").orElse(""));
        }
        assertRefused(
                401,
                "unauthenticated",
                send(HttpRequest.newBuilder(URI.create(door.url() + "/v1/k8s/scale"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"replicas\":3}"))));
        assertRefused(401, "unauthenticated", send(request("/metrics").setHeader("Authorization", "Bearer x")));
        assertEquals(List.of(), control.asked);
    }

    @Test
    void letsNobodyInWithATokenForSomebodyElse() throws Exception {
        token = owned.token(server, "https://kubernetes.default.svc");
        assertRefused(401, "unauthenticated", get("/v1/k8s/status"));
    }

    @Test
    void stopsAFloodOfWrongTokensBeforeTheApiServerIsAsked() throws Exception {
        assumeFalse(server.real(), "what was asked is known of the mock only");
        HttpResponse<String> last = null;
        for (int i = 0; i < 100; i++) {
            token = "wrong-" + i;
            last = get("/v1/k8s/status");
        }
        assertRefused(429, "too_many_refused_credentials", last);
        long asked = server.requests().stream()
                .filter(each -> each.contains("tokenreviews"))
                .count();
        assertTrue(asked < 80, asked + " questions");
    }

    @Test
    void letsAGatewayInWhosePodIsThere() throws Exception {
        server.client().resource(owned.pod()).delete();
        assumeFalse(server.real(), "a cluster does not vouch for the token of a pod that is gone");
        assertRefused(403, "forbidden", get("/v1/k8s/status"));
    }

    @Test
    void believesNoOwnerWhoseUidDiffers() throws Exception {
        Owned other = Owned.make(server, namespace, "other");
        var forged = Owned.pod(
                server,
                namespace,
                "forged",
                List.of(Owned.owner(new ReplicaSetBuilder(other.set())
                        .editMetadata()
                        .withUid(owned.set().getMetadata().getUid())
                        .endMetadata()
                        .build())));
        token = server.token(
                namespace, "default", "forged", forged.getMetadata().getUid(), AUDIENCE);
        assertRefused(404, "no_such_deployment", get("/v1/k8s/status"));
        assertRefused(403, "forbidden", get("/v1/k8s/status?deployment=other"));
    }

    @Test
    void asksAboutATokenOnceAMinuteAndNoLongerThanItHolds() throws Exception {
        assumeFalse(server.real(), "the mock's answers are counted");
        AtomicInteger questions = new AtomicInteger();
        server.answer(request -> {
            if (!String.valueOf(request.getPath()).contains("tokenreviews")) {
                return Optional.empty();
            }
            questions.incrementAndGet();
            return Optional.of(ApiServer.json(201, review(true, List.of(AUDIENCE))));
        });
        Instant begin = now.get();
        token = jwt(begin.plusSeconds(90));
        assertEquals(200, get("/v1/k8s/status").statusCode());
        assertEquals(200, get("/v1/k8s/status").statusCode());
        assertEquals(1, questions.get());
        now.set(begin.plusSeconds(61));
        assertEquals(200, get("/v1/k8s/status").statusCode());
        assertEquals(2, questions.get());
        now.set(begin.plusSeconds(91));
        assertRefused(401, "unauthenticated", get("/v1/k8s/status"));
        assertEquals(2, questions.get(), "what has expired is not asked about");
        token = "opaque";
        assertEquals(200, get("/v1/k8s/status").statusCode());
        assertEquals(200, get("/v1/k8s/status").statusCode());
        assertEquals(4, questions.get(), "what does not say when it ends is asked about each time");
    }

    @ParameterizedTest
    @CsvSource({"other audience", "no audience", "no pod", "user", "two pods"})
    void believesNoAnswerThatIsNotAboutAGateway(String what) throws Exception {
        assumeFalse(server.real(), "a cluster does not answer so");
        var review = review(true, what.equals("other audience") ? List.of("other") : List.of(AUDIENCE));
        var user = review.getStatus().getUser();
        switch (what) {
            case "no audience" -> review.getStatus().setAudiences(null);
            case "no pod" -> user.getExtra().remove("authentication.kubernetes.io/pod-name");
            case "user" -> user.setUsername("admin");
            case "two pods" -> user.getExtra().put("authentication.kubernetes.io/pod-name", List.of("a", "b"));
            default -> {}
        }
        server.answer(request -> String.valueOf(request.getPath()).contains("tokenreviews")
                ? Optional.of(ApiServer.json(201, review))
                : Optional.empty());
        assertRefused(401, "unauthenticated", get("/v1/k8s/status"));
    }

    private TokenReview review(boolean good, List<String> audiences) {
        return new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(good)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername("system:serviceaccount:" + namespace + ":default")
                .addToExtra(
                        "authentication.kubernetes.io/pod-name",
                        List.of(owned.pod().getMetadata().getName()))
                .addToExtra(
                        "authentication.kubernetes.io/pod-uid",
                        List.of(owned.pod().getMetadata().getUid()))
                .endUser()
                .endStatus()
                .build();
    }

    private static String jwt(Instant end) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{}".getBytes()) + "."
                + base64.encodeToString(("{\"exp\":" + end.getEpochSecond() + "}").getBytes()) + ".c2ln";
    }

    @Test
    void refusesWhereTheApiServerCannotBeAsked() throws Exception {
        assumeFalse(server.real(), "a cluster does not fail when it is told to");
        server.answer(request -> Optional.of(ApiServer.status(500, "InternalError")));
        assertRefused(503, "cluster_unavailable", get("/v1/k8s/status"));
        assertEquals(List.of(), control.asked);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_SUCH_DEPLOYMENT, 404",
        "CONFLICT, 409",
        "ROLLOUT_IN_PROGRESS, 409",
        "DISRUPTION_NOT_ALLOWED, 409",
        "CLUSTER_UNAVAILABLE, 503",
        "AUDIT_UNAVAILABLE, 503"
    })
    void handsOnWhyItWasNotDone(Problem problem, int status) throws Exception {
        control.problem = problem;
        assertRefused(status, problem.code(), post("/v1/k8s/scale", "{\"replicas\": 3}"));
    }

    @Test
    void answersAFailureWithoutItsWords() throws Exception {
        control.bug = new IllegalStateException("secret words");
        HttpResponse<String> answer = post("/v1/k8s/health", "");
        assertRefused(500, "internal", answer);
        assertFalse(answer.body().contains("secret"));
    }

    @Test
    void answersNothingButHealthWhereItDoesNotLead() throws Exception {
        control.ready = false;
        assertRefused(503, "not_leader", post("/v1/k8s/scale", "{\"replicas\": 3}"));
        assertEquals(200, anybody("/health/live").statusCode());
        assertEquals(503, anybody("/health/ready").statusCode());
        control.ready = true;
        assertEquals("{\"status\":\"ready\"}", anybody("/health/ready").body());
        assertFalse(control.asked.stream().anyMatch(each -> each.startsWith("scale")));
    }

    private HttpResponse<String> anybody(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(door.url() + path)));
    }

    @Test
    void showsMetricsToWhoeverHasTheTokenForThem() throws Exception {
        get("/v1/k8s/status");
        token = "metrics-token";
        String metrics = get("/metrics").body();
        assertTrue(metrics.contains("pavise_manager_requests_total{code=\"ok\",path=\"/v1/k8s/status\"} 1.0"), metrics);
        assertFalse(metrics.contains(namespace));
    }

    @Test
    void speaksNothingOlderThanTls13() throws Exception {
        try (HttpClient old = client("TLSv1.2")) {
            assertThrows(
                    SSLHandshakeException.class,
                    () -> old.send(
                            HttpRequest.newBuilder(URI.create(door.url() + "/health/live"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void takesNoMoreThanItCanAnswer() throws Exception {
        control.held = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> held = IntStream.range(0, EXCHANGES)
                .mapToObj(i -> http.sendAsync(request("/v1/k8s/status").build(), HttpResponse.BodyHandlers.ofString()))
                .toList();
        Waiting.until("all places taken", () -> control.asked.size() == EXCHANGES);
        assertRefused(503, "manager_unavailable", get("/v1/k8s/status"));
        control.held.countDown();
        for (CompletableFuture<HttpResponse<String>> each : held) {
            assertEquals(200, each.get().statusCode());
        }
        assertEquals(200, get("/v1/k8s/status").statusCode());
    }

    @Test
    void letsWhatIsUnderWayFinish() throws Exception {
        control.held = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> held =
                http.sendAsync(request("/v1/k8s/status").build(), HttpResponse.BodyHandlers.ofString());
        Waiting.until("it is under way", () -> control.asked.size() == 1);
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> api.drain(Duration.ofSeconds(20)));
        Waiting.until("it drains", () -> !api.ready());
        assertRefused(503, "manager_unavailable", get("/v1/k8s/status"));
        control.held.countDown();
        assertEquals(200, held.get().statusCode());
        drained.get();
    }

    /** Trusts whoever answers: these tests are not about that. */
    private static final class Anybody extends X509ExtendedTrustManager {
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
