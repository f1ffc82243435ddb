package dev.pavise.runner.kubernetes;

import static dev.pavise.runner.kubernetes.BackendRuns.CONFIG;
import static dev.pavise.runner.kubernetes.BackendRuns.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Running;
import io.fabric8.mockwebserver.http.MockResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That no Job is left behind, and none of somebody else is touched. */
final class KubernetesRemovalTest {
    @TempDir
    Path folder;

    private BackendRuns runs;

    @BeforeEach
    void open() throws ClusterException {
        runs = new BackendRuns(folder);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void removesJobThatWasMadeThoughTheAnswerSaysOtherwise() {
        runs.cluster.madeStatus = 504;
        runs.refusedAsUnavailable();
        assertEquals(1, runs.cluster.jobs.size());
        runs.assertNothingLeft();
    }

    @Test
    void removesJobThatIsMadeAfterItsRefusal() {
        runs.cluster.madeLate = true;
        runs.refusedAsUnavailable();
        runs.cluster.makeLate();
        assertEquals(1, runs.cluster.openJobs().size());

        runs.cluster.madeLate = false;
        assertTrue(result(runs.run("#!/bin/sh\n")).success());
        runs.assertNothingLeft();
    }

    @Test
    void removesLaterWhatCouldNotBeRemovedAtOnce() {
        runs.cluster.first = request -> "DELETE".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(500))
                : Optional.empty();
        Running running = runs.run("#!/bin/sh\necho done\n");
        Waiting.until(
                "a try to remove", () -> runs.cluster.requests.stream().anyMatch(each -> each.startsWith("DELETE")));
        runs.cluster.first = request -> Optional.empty();

        assertEquals("done\n", result(running).stdout().text());
        runs.assertNothingLeft();
    }

    @Test
    void clearsAwayWhatAnEarlierRunnerLeft() throws ClusterException {
        runs.run("#!/bin/sh\nsleep 60\n");
        Waiting.until("a process", () -> runs.cluster.kubelets.values().stream().anyMatch(FakeKubelet::alive));
        runs.backend(CONFIG).close();
        Waiting.until("the end of the orphan", () -> runs.cluster.openJobs().isEmpty());
        runs.assertNothingLeft();
    }

    @Test
    void leavesAloneWhatAnotherRunnerDoes() throws ClusterException {
        Running running = runs.run("#!/bin/sh\nread line; echo \"$line\"; sleep 1; echo end\n");
        KubernetesBackend.open(runs.cluster.cluster(), CONFIG, "f".repeat(32), 1, 1 << 20, System::nanoTime)
                .close();
        assertEquals("\nend\n", result(running).stdout().text());
    }
}
