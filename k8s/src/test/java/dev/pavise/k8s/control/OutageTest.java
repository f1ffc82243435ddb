package dev.pavise.k8s.control;

import static dev.pavise.k8s.control.Scene.ASKED;
import static dev.pavise.k8s.control.Scene.done;
import static dev.pavise.k8s.control.Scene.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.k8s.ApiServer;
import dev.pavise.k8s.Relay;
import dev.pavise.k8s.Waiting;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between the controller and the API server. Against the mock alone: no cluster does these when it is asked to. */
final class OutageTest {
    private final Scene scene = new Scene(ApiServer.mock(), Map.of());

    @AfterEach
    void close() {
        scene.close();
    }

    private void answer(Predicate<RecordedRequest> which, MockResponse answer) {
        scene.server.answer(request -> which.test(request) ? Optional.of(answer) : Optional.empty());
    }

    private static boolean apply(RecordedRequest request) {
        return "PATCH".equals(request.getMethod())
                && String.valueOf(request.getPath()).contains("fieldManager=");
    }

    private static boolean asks(RecordedRequest request, String what) {
        return String.valueOf(request.getPath()).contains(what);
    }

    /** All was seen, and what changes is told: the client does not notice that a connection ends in the moment in which a watch on it begins. */
    private void untilItsWatchesTell() {
        Waiting.until("it is seen", () -> scene.codes().isEmpty());
        scene.fleet.waiting("b", "ImagePullBackOff", null);
        scene.untilFound("image_unavailable");
    }

    @Test
    void seesWhatChangedWhileItsWatchesWereExpired() {
        scene.with(2).begin();
        untilItsWatchesTell();
        for (int round = 0; round < 3; round++) {
            scene.server.expireWatches();
        }
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
    }

    @Test
    void seesWhatChangedWhileItsWatchesWereBroken() {
        scene.with(2).begin();
        untilItsWatchesTell();
        scene.server.breakWatches();
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
    }

    @Test
    void saysThatTheApiServerIsGoneAndGoesOnWhenItIsBack() throws Exception {
        try (Relay relay = new Relay(scene.server.uri().getPort())) {
            Config config = scene.server.config();
            config.setMasterUrl("http://127.0.0.1:" + relay.port() + "/");
            config.setRequestTimeout(1000);
            config.setWatchReconnectLimit(-1);
            try (KubernetesClient client = ApiServer.client(config)) {
                scene.with(2);
                Controller controller = scene.begin(client, scene.settings(Scene.patientPolicy()));
                untilItsWatchesTell();
                relay.cut();
                scene.untilFound("cluster_unavailable");
                assertEquals(Problem.CLUSTER_UNAVAILABLE, problem(controller.scale(scene.target, 3, ASKED)));
                assertEquals(Problem.CLUSTER_UNAVAILABLE, problem(controller.restart(scene.target, "", ASKED)));
                assertTrue(scene.journal.lines.isEmpty());
                int asked = scene.server.requests().size();
                scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
                relay.mend();
                Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
                assertTrue(scene.server.requests().size() - asked < 200, "a busy loop");
                controller.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/deployments?, list and watch deployments",
        "/pods?, list and watch pods",
        "/replicasets?, list and watch replicasets",
        "/poddisruptionbudgets, list and watch poddisruptionbudgets",
        "/horizontalpodautoscalers, list and watch horizontalpodautoscalers"
    })
    void namesTheRightThatIsMissingAndDoesNothing(String path, String told) {
        scene.with(1);
        ControlSettings settings = scene.settings(Scene.patientPolicy());
        SharedWatches watches = new SharedWatches(scene.client, settings.namespaces());
        Controller controller = new Controller(scene.client, settings, watches, scene.journal, () -> true, scene.clock);
        String of = told.substring(told.lastIndexOf(' ') + 1);
        answer(request -> asks(request, path) && "GET".equals(request.getMethod()), ApiServer.status(403, "Forbidden"));
        try {
            watches.begin();
            controller.begin();
            scene.fleet.waiting("a", "CrashLoopBackOff", "Error");
            if (!of.equals("deployments")) {
                Waiting.until(
                        "the finding",
                        () -> controller.status(scene.target) instanceof Answer.Done<Status> status
                                && status.value().findings().stream()
                                        .anyMatch(each -> each.code().code().equals("rbac_denied")
                                                && each.message().contains(of)));
            } else {
                assertFalse(controller.ready());
            }
            assertTrue(scene.journal.lines.isEmpty());
        } finally {
            controller.close();
            watches.end();
        }
    }

    @Test
    void recordsThatItMayNotAndTellsIt() {
        Controller controller = scene.with(1).askedOnly();
        answer(OutageTest::apply, ApiServer.status(403, "Forbidden"));
        Answer<Control.Scaled> answer = controller.scale(scene.target, 3, ASKED);
        assertEquals(Problem.CLUSTER_UNAVAILABLE, problem(answer));
        assertTrue(answer.toString().contains("patch deployments in " + scene.namespace), answer.toString());
        assertEquals("failed k8s.scale " + scene.target, scene.journal.lines.getLast());
    }

    @Test
    void triesAgainOnWhatChangedMeanwhileButNotForEver() {
        Controller controller = scene.with(1).askedOnly();
        answer(OutageTest::apply, ApiServer.status(409, "Conflict"));
        assertEquals(Problem.CONFLICT, problem(controller.scale(scene.target, 3, ASKED)));
        assertEquals(3, applies());
        assertEquals(2, scene.journal.lines.size());
    }

    private long applies() {
        return scene.server.requests().stream()
                .filter(each -> each.startsWith("PATCH") && each.contains("fieldManager="))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void leavesItOpenWhereNobodyKnowsWhetherItWasDone(int code) {
        Controller controller = scene.with(1).askedOnly();
        answer(OutageTest::apply, ApiServer.status(code, "InternalError"));
        assertEquals(Problem.CLUSTER_UNAVAILABLE, problem(controller.scale(scene.target, 3, ASKED)));
        // An intent without an outcome is read as `unknown`.
        assertEquals(List.of("intent k8s.scale " + scene.target), scene.journal.lines);
        assertEquals(
                ActionTaken.UNKNOWN,
                done(controller.actions(scene.target)).getFirst().outcome());
    }

    @Test
    void looksAgainWhereTheAnswerIsLostAndSeesThatItWasDone() {
        Controller controller = scene.with(1).askedOnly();
        scene.server.lose(OutageTest::apply);
        done(controller.scale(scene.target, 3, ASKED));
        assertEquals("done k8s.scale " + scene.target, scene.journal.lines.getLast());
    }

    @Test
    void doesNotHammerABudgetThatTheApiServerFinds() {
        scene.with(3).begin();
        answer(request -> asks(request, "/eviction"), ApiServer.status(429, "TooManyRequests"));
        scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        scene.untilFound("disruption_not_allowed");
        for (int each = 0; each < 20; each++) {
            scene.fleet.waiting("b", "CrashLoopBackOff", "Error");
        }
        long tries = scene.journal.lines.stream()
                .filter(each -> each.startsWith("intent"))
                .count();
        assertTrue(tries <= 4, tries + " tries");
        // What was not let go is not counted.
        assertFalse(scene.fleet.deployment().getMetadata().getAnnotations() != null
                && scene.fleet.deployment().getMetadata().getAnnotations().containsKey("pavise.dev/heal-history"));
        scene.server.answer(request -> Optional.empty());
        scene.ahead = scene.ahead.plusMinutes(10);
        // A change, for what is as it was is not told.
        scene.fleet.waiting("b", "CrashLoopBackOff", "OOMKilled");
        Waiting.until("the eviction", () -> !scene.fleet.lives("b"));
    }

    @Test
    void namesTheVersionAndTheUidOfWhatItChanges() {
        Controller controller = scene.with(1).askedOnly();
        done(controller.restart(scene.target, "", ASKED));
        String body = scene.server.applied().getLast();
        assertTrue(body.contains("resourceVersion") && body.contains("uid"), body);
    }

    @Test
    void leavesNoThreadBehind() {
        Set<String> before = threads();
        Controller controller = scene.with(1).begin();
        controller.close();
        controller.begin();
        controller.close();
        Waiting.until("its threads to end", () -> {
            Set<String> now = threads();
            now.removeAll(before);
            return now.isEmpty();
        });
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(each -> each.startsWith("pavise-"))
                .collect(Collectors.toSet());
    }

    @Test
    void isNotTakenInByEventsInAFlood() {
        scene.with(1).begin();
        Waiting.until("it is seen", () -> scene.codes().isEmpty());
        int before = scene.server.requests().size();
        for (int each = 0; each < 100; each++) {
            scene.fleet.rolledOut();
        }
        // Two requests of the test itself for each; the controller looks at what its informers keep.
        assertTrue(scene.server.requests().size() - before < 220);
    }
}
