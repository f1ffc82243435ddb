package dev.pavise.runner.kubernetes;

import static dev.pavise.runner.kubernetes.BackendRuns.MINUTE;
import static dev.pavise.runner.kubernetes.BackendRuns.failure;
import static dev.pavise.runner.kubernetes.BackendRuns.result;
import static dev.pavise.runner.kubernetes.BackendRuns.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Violation;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a run ends that does not end by itself, and what is said of it. */
final class KubernetesEndingTest {
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
    void endsRunAtItsTime() {
        Limits limits = Limits.DEFAULT.within(Duration.ofMillis(700));
        RunResult result = result(started(runs.backend.start(
                runs.program("#!/bin/sh\necho begun; sleep 60\n"), RunInput.of(MINUTE), limits, Output.NONE)));

        assertEquals(Set.of(Violation.TIMEOUT), result.violations());
        assertEquals("begun\n", result.stdout().text());
        assertFalse(result.cancelled());
        runs.assertNothingLeft();
    }

    @Test
    void endsRunThatWritesTooMuch() {
        Limits limits =
                new Limits(Limits.DEFAULT.memoryBytes(), Duration.ofSeconds(30), MINUTE, 1 << 20, 1000, 10_000, 16, 64);
        RunResult result = result(started(
                runs.backend.start(runs.program("#!/bin/sh\nyes\n"), RunInput.of(MINUTE), limits, Output.NONE)));

        assertEquals(Set.of(Violation.OUTPUT), result.violations());
        assertEquals(1000, result.stdout().length());
        assertTrue(result.truncated());
        runs.assertNothingLeft();
    }

    @Test
    void cancelsRunUnderWay() {
        StringBuffer told = new StringBuffer();
        Running running = started(runs.backend.start(
                runs.program("#!/bin/sh\necho begun; sleep 60\n"),
                RunInput.of(MINUTE),
                Limits.DEFAULT,
                (stream, chunk) -> told.append(chunk.text())));
        Waiting.until("output", () -> told.toString().equals("begun\n"));
        assertTrue(running.begun().isDone() && running.begun().join());

        running.cancel();

        assertTrue(result(running).cancelled());
        runs.assertNothingLeft();
    }

    @Test
    void cancelsRunWhosePodIsNotThereYet() {
        runs.cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .endWaiting()
                .build();
        Running running = runs.run("#!/bin/sh\n");
        running.cancel();

        assertTrue(result(running).cancelled());
        runs.assertNothingLeft();
    }

    @Test
    void endsRunWhoseListenerFails() {
        Running running = started(runs.backend.start(
                runs.program("#!/bin/sh\necho begun; sleep 60\n"),
                RunInput.of(MINUTE),
                Limits.DEFAULT,
                (stream, chunk) -> {
                    throw new IllegalStateException("nobody listens");
                }));
        assertTrue(result(running).cancelled());
        runs.assertNothingLeft();
    }

    @Test
    void endsRunWhoseListenerHangs() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Running running = started(runs.backend.start(
                runs.program("#!/bin/sh\necho begun; sleep 60\n"),
                RunInput.of(MINUTE),
                Limits.DEFAULT,
                (stream, chunk) -> {
                    hanging.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        assertTrue(hanging.await(20, TimeUnit.SECONDS));
        running.cancel();
        assertTrue(result(running).cancelled());
        released.countDown();
        runs.assertNothingLeft();
    }

    @Test
    void namesMemoryWhereTheClusterDoes() {
        runs.cluster.ending = state -> terminated(137, "OOMKilled");
        RunResult result = result(runs.run("#!/bin/sh\nexit 137\n"));
        assertEquals(Set.of(Violation.MEMORY), result.violations());
        assertEquals(137, result.exitCode());
    }

    @Test
    void namesNoViolationForAnExitCodeAlone() {
        RunResult result = result(runs.run("#!/bin/sh\nexit 137\n"));
        assertEquals(Set.of(), result.violations());
        assertFalse(result.success());
    }

    private static ContainerState terminated(int code, String reason) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .endTerminated()
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "DeadlineExceeded, '', TIMEOUT",
        "Evicted, 'Usage of EmptyDir volume \"scratch\" exceeds the limit \"64Mi\".', FILESYSTEM",
        "Evicted, 'Pod ephemeral local storage usage exceeds the total limit of containers 48Mi.', FILESYSTEM",
        "Evicted, 'The node was low on resource: memory.', ",
        "NodeShutdown, '', ",
    })
    void namesWhatTheClusterEndedThePodFor(String reason, String message, Violation violation) {
        Running running = runs.run("#!/bin/sh\necho begun; sleep 60\n");
        FakeKubelet kubelet = runs.cluster.kubelet();
        Waiting.until("the tool", kubelet::alive);
        Waiting.until("the launch", () -> Files.exists(kubelet.stage.resolve("launch")));
        Waiting.until(
                "that the run is said to have begun", () -> running.begun().isDone());
        String pod = runs.cluster.pods().getFirst().getMetadata().getName();
        runs.cluster.status(pod, reason, message, terminated(137, "Error"));
        kubelet.kill();

        if (violation == null) {
            assertEquals(RefusalCode.SANDBOX_FAILED, failure(running).code());
        } else {
            assertEquals(Set.of(violation), result(running).violations());
        }
        runs.assertNothingLeft();
    }

    @Test
    void failsWhereSomebodyElseDeletesThePod() {
        Running running = runs.run("#!/bin/sh\necho begun; sleep 60\n");
        FakeKubelet kubelet = runs.cluster.kubelet();
        Waiting.until("the launch", () -> Files.exists(kubelet.stage.resolve("launch")));
        Waiting.until(
                "that the run is said to have begun", () -> running.begun().isDone());
        runs.cluster.deletePod(runs.cluster.pods().getFirst().getMetadata().getName());

        Refusal refusal = failure(running);
        assertTrue(
                Set.of(RefusalCode.SANDBOX_FAILED, RefusalCode.POD_NOT_STARTED).contains(refusal.code()),
                refusal::toString);
        runs.assertNothingLeft();
    }

    @Test
    void failsWhereOutputMayBeMissing() {
        runs.cluster.prepared = kubelet -> kubelet.breaks = true;
        assertEquals(
                RefusalCode.SANDBOX_FAILED,
                failure(runs.run("#!/bin/sh\necho all\n")).code());
        runs.assertNothingLeft();
    }
}
