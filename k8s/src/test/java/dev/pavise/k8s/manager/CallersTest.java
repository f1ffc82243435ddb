package dev.pavise.k8s.manager;

import static dev.pavise.k8s.manager.OpenApi.AUDIENCE;
import static dev.pavise.k8s.manager.OpenApi.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pavise.k8s.ApiServer;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the manager believes to be which gateway. */
final class CallersTest {
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
    void letsNobodyInWithoutAToken() throws Exception {
        for (String value :
                List.of("Basic YTpi", "Bearer", "Bearer a b", "Bearer " + "a".repeat(9000), "Bearer nobody")) {
            HttpRequest.Builder without = manager.request("/v1/k8s/status").setHeader("Authorization", value);
            HttpResponse<String> answer = manager.send(without);
            assertRefused(401, "unauthenticated", answer);
            assertEquals(
                    "Bearer", answer.headers().firstValue("www-authenticate").orElse(""));
        }
        assertRefused(
                401,
                "unauthenticated",
                manager.send(HttpRequest.newBuilder(URI.create(manager.door.url() + "/v1/k8s/scale"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"replicas\":3}"))));
        assertRefused(
                401,
                "unauthenticated",
                manager.send(manager.request("/metrics").setHeader("Authorization", "Bearer x")));
        assertEquals(List.of(), manager.control.asked);
    }

    @Test
    void letsNobodyInWithATokenForSomebodyElse() throws Exception {
        manager.token = manager.owned.token(manager.server, "https://kubernetes.default.svc");
        assertRefused(401, "unauthenticated", manager.get("/v1/k8s/status"));
    }

    @Test
    void stopsAFloodOfWrongTokensBeforeTheApiServerIsAsked() throws Exception {
        assumeFalse(manager.server.real(), "what was asked is known of the mock only");
        HttpResponse<String> last = null;
        for (int i = 0; i < 100; i++) {
            manager.token = "wrong-" + i;
            last = manager.get("/v1/k8s/status");
        }
        assertRefused(429, "too_many_refused_credentials", last);
        long asked = manager.server.requests().stream()
                .filter(each -> each.contains("tokenreviews"))
                .count();
        assertTrue(asked < 80, asked + " questions");
    }

    @Test
    void letsAGatewayInWhosePodIsThere() throws Exception {
        manager.server.client().resource(manager.owned.pod()).delete();
        assumeFalse(manager.server.real(), "a cluster does not vouch for the token of a pod that is gone");
        assertRefused(403, "forbidden", manager.get("/v1/k8s/status"));
    }

    @Test
    void believesNoOwnerWhoseUidDiffers() throws Exception {
        Owned other = Owned.make(manager.server, manager.namespace, "other");
        var forged = Owned.pod(
                manager.server,
                manager.namespace,
                "forged",
                List.of(Owned.owner(new ReplicaSetBuilder(other.set())
                        .editMetadata()
                        .withUid(manager.owned.set().getMetadata().getUid())
                        .endMetadata()
                        .build())));
        manager.token = manager.server.token(
                manager.namespace, "default", "forged", forged.getMetadata().getUid(), AUDIENCE);
        assertRefused(404, "no_such_deployment", manager.get("/v1/k8s/status"));
        assertRefused(403, "forbidden", manager.get("/v1/k8s/status?deployment=other"));
    }

    @Test
    void asksAboutATokenOnceAMinuteAndNoLongerThanItHolds() throws Exception {
        assumeFalse(manager.server.real(), "the mock's answers are counted");
        AtomicInteger questions = new AtomicInteger();
        manager.server.answer(request -> {
            if (!String.valueOf(request.getPath()).contains("tokenreviews")) {
                return Optional.empty();
            }
            questions.incrementAndGet();
            return Optional.of(ApiServer.json(201, review(true, List.of(AUDIENCE))));
        });
        Instant begin = manager.now.get();
        manager.token = jwt(begin.plusSeconds(90));
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
        assertEquals(1, questions.get());
        manager.now.set(begin.plusSeconds(61));
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
        assertEquals(2, questions.get());
        manager.now.set(begin.plusSeconds(91));
        assertRefused(401, "unauthenticated", manager.get("/v1/k8s/status"));
        assertEquals(2, questions.get(), "what has expired is not asked about");
        manager.token = "opaque";
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
        assertEquals(200, manager.get("/v1/k8s/status").statusCode());
        assertEquals(4, questions.get(), "what does not say when it ends is asked about each time");
    }

    @ParameterizedTest
    @CsvSource({"other audience", "no audience", "no pod", "user", "two pods"})
    void believesNoAnswerThatIsNotAboutAGateway(String what) throws Exception {
        assumeFalse(manager.server.real(), "a cluster does not answer so");
        var review = review(true, what.equals("other audience") ? List.of("other") : List.of(AUDIENCE));
        var user = review.getStatus().getUser();
        switch (what) {
            case "no audience" -> review.getStatus().setAudiences(null);
            case "no pod" -> user.getExtra().remove("authentication.kubernetes.io/pod-name");
            case "user" -> user.setUsername("admin");
            case "two pods" -> user.getExtra().put("authentication.kubernetes.io/pod-name", List.of("a", "b"));
            default -> {}
        }
        manager.server.answer(request -> String.valueOf(request.getPath()).contains("tokenreviews")
                ? Optional.of(ApiServer.json(201, review))
                : Optional.empty());
        assertRefused(401, "unauthenticated", manager.get("/v1/k8s/status"));
    }

    private TokenReview review(boolean good, List<String> audiences) {
        return new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(good)
                .withAudiences(audiences)
                .withNewUser()
                .withUsername("system:serviceaccount:" + manager.namespace + ":default")
                .addToExtra(
                        "authentication.kubernetes.io/pod-name",
                        List.of(manager.owned.pod().getMetadata().getName()))
                .addToExtra(
                        "authentication.kubernetes.io/pod-uid",
                        List.of(manager.owned.pod().getMetadata().getUid()))
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
        assumeFalse(manager.server.real(), "a cluster does not fail when it is told to");
        manager.server.answer(request -> Optional.of(ApiServer.status(500, "InternalError")));
        assertRefused(503, "cluster_unavailable", manager.get("/v1/k8s/status"));
        assertEquals(List.of(), manager.control.asked);
    }
}
