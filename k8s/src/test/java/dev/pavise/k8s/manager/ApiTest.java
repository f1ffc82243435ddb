package dev.pavise.k8s.manager;

import static dev.pavise.k8s.manager.OpenApi.EXCHANGES;
import static dev.pavise.k8s.manager.OpenApi.assertRefused;
import static dev.pavise.k8s.manager.OpenApi.client;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.control.Problem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a gateway may ask of the manager, over real TLS. */
final class ApiTest {
    @TempDir
    Path folder;

    private OpenApi manager;

    @BeforeEach
    void open() throws Exception {
        manager = new OpenApi(folder);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void scalesTheDeploymentThatOwnsTheGatewaysPod() throws Exception {
        HttpResponse<String> answer = manager.post("/v1/k8s/scale", "{\"replicas\": 3}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "{\"deployment\":\"" + manager.namespace + "/app\",\"from\":1,\"to\":3,\"changed\":true}",
                answer.body());
        String asked = manager.control.asked.getFirst();
        assertTrue(asked.startsWith("scale " + manager.own() + " to 3 "), asked);
        assertTrue(asked.contains("gateway:" + manager.namespace + "/app-1-x"), asked);
        assertTrue(asked.contains("on_behalf_of=jwt:corp:alice") && asked.contains("request_id=r-1"), asked);
    }

    @Test
    void tellsHowItIs() throws Exception {
        String status = manager.get("/v1/k8s/status").body();
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
        assertTrue(manager.get("/v1/k8s/pods").body().contains("\"node\":\"node-1\""));
        assertTrue(manager.get("/v1/k8s/actions").body().contains("\"asked_by\":\"gateway:agents/a-1\""));
        assertEquals(
                "{\"healthy\":true,\"findings\":[],\"actions\":[]}",
                manager.post("/v1/k8s/health", "").body());
        assertEquals(200, manager.post("/v1/k8s/reconcile", "{}").statusCode());
        assertEquals(
                200,
                manager.post("/v1/k8s/restart", "{\"reason\": \"new secret\"}").statusCode());
        assertTrue(
                manager.control.asked.contains("restart " + manager.own() + " new secret"),
                manager.control.asked.toString());
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
        assertRefused(
                status,
                code,
                manager.send(manager.request(path).method(method, HttpRequest.BodyPublishers.ofString(body))));
        assertEquals(List.of(), manager.control.asked);
        String record = manager.audit
                .query(AuditQuery.builder()
                        .eventType("access_denied")
                        .requestId("r-1")
                        .build())
                .rows()
                .getFirst()
                .toString();
        assertTrue(record.contains("\"outcome\":\"denied\"") && record.contains(code), record);
        assertFalse(record.contains(manager.token), "no token in a record");
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        assertRefused(
                413, "body_too_large", manager.post("/v1/k8s/scale", "{\"replicas\": 3" + " ".repeat(70_000) + "}"));
        assertEquals(List.of(), manager.control.asked);
    }

    @Test
    void takesTheOwnDeploymentByNameAndThoseThatAreGranted() throws Exception {
        assertEquals(200, manager.get("/v1/k8s/status?deployment=app").statusCode());
        assertEquals(
                200,
                manager.get("/v1/k8s/status?namespace=" + manager.namespace).statusCode());
        assertEquals(
                200,
                manager.get("/v1/k8s/status?namespace=elsewhere&deployment=granted")
                        .statusCode());
        assertEquals(
                List.of("status " + manager.own(), "status " + manager.own(), "status Deployment elsewhere/granted"),
                manager.control.asked);
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
        manager.control.problem = problem;
        assertRefused(status, problem.code(), manager.post("/v1/k8s/scale", "{\"replicas\": 3}"));
    }

    @Test
    void answersAFailureWithoutItsWords() throws Exception {
        manager.control.bug = new IllegalStateException("secret words");
        HttpResponse<String> answer = manager.post("/v1/k8s/health", "");
        assertRefused(500, "internal", answer);
        assertFalse(answer.body().contains("secret"));
    }

    @Test
    void answersNothingButHealthWhereItDoesNotLead() throws Exception {
        manager.control.ready = false;
        assertRefused(503, "not_leader", manager.post("/v1/k8s/scale", "{\"replicas\": 3}"));
        assertEquals(200, manager.anybody("/health/live").statusCode());
        assertEquals(503, manager.anybody("/health/ready").statusCode());
        manager.control.ready = true;
        assertEquals("{\"status\":\"ready\"}", manager.anybody("/health/ready").body());
        assertFalse(manager.control.asked.stream().anyMatch(each -> each.startsWith("scale")));
    }

    @Test
    void showsMetricsToWhoeverHasTheTokenForThem() throws Exception {
        manager.get("/v1/k8s/status");
        manager.token = "metrics-token";
        String metrics = manager.get("/metrics").body();
        assertTrue(metrics.contains("pavise_manager_requests_total{code=\"ok\",path=\"/v1/k8s/status\"} 1.0"), metrics);
        assertFalse(metrics.contains(manager.namespace));
    }

    @Test
    void speaksNothingOlderThanTls13() throws Exception {
        try (HttpClient old = client("TLSv1.2")) {
            assertThrows(
                    SSLHandshakeException.class,
                    () -> old.send(
                            HttpRequest.newBuilder(URI.create(manager.door.url() + "/health/live"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
    }

    @Test
    void takesNoMoreThanItCanAnswer() throws Exception {
        manager.control.held = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> held = IntStream.range(0, EXCHANGES)
                .mapToObj(i -> manager.http.sendAsync(
                        manager.request("/v1/k8s/status").build(), HttpResponse.BodyHandlers.ofString()))
                .toList();
        Waiting.until("all places taken", () -> manager.control.asked.size() == EXCHANGES);
        assertRefused(503, "manager_unavailable", manager.get("/v1/k8s/status"));
        manager.control.held.countDown();
        for (CompletableFuture<HttpResponse<String>> each : held) {
            assertEquals(200, each.get().statusCode());
        }
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
    }

    @Test
    void letsWhatIsUnderWayFinish() throws Exception {
        manager.control.held = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> held =
                manager.http.sendAsync(manager.request("/v1/k8s/status").build(), HttpResponse.BodyHandlers.ofString());
        Waiting.until("it is under way", () -> manager.control.asked.size() == 1);
        CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> manager.api.drain(Duration.ofSeconds(20)));
        Waiting.until("it drains", () -> !manager.api.ready());
        assertRefused(503, "manager_unavailable", manager.get("/v1/k8s/status"));
        manager.control.held.countDown();
        assertEquals(200, held.get().statusCode());
        drained.get();
    }
}
