package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.config.KubernetesConfig;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.run.Unsigned;
import dev.pavise.runner.run.Violation;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.mockwebserver.http.MockResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against fabric8's API server, with pods whose own command runs as a process here. */
final class KubernetesBackendTest {
    private static final String RUNNER = "0123456789abcdef0123456789abcdef";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final KubernetesConfig CONFIG = config(Duration.ofSeconds(20));

    @TempDir
    Path folder;

    private FakeCluster cluster;
    private KubernetesBackend backend;

    private static KubernetesConfig config(Duration startTimeout) {
        return new KubernetesConfig(
                null,
                "gvisor",
                "registry.example/tools@sha256:" + "a".repeat(64),
                null,
                Map.of(),
                List.of(),
                Duration.ofSeconds(60),
                startTimeout,
                null);
    }

    @BeforeEach
    void open() throws ClusterException {
        cluster = new FakeCluster(folder);
        backend = backend(CONFIG);
    }

    private KubernetesBackend backend(KubernetesConfig config) throws ClusterException {
        return KubernetesBackend.open(cluster.cluster(), config, RUNNER, 4, 1 << 20, System::nanoTime);
    }

    @AfterEach
    void close() {
        cluster.first = request -> Optional.empty();
        cluster.jobsGo = true;
        backend.close();
        cluster.close();
    }

    private Program program(String script) {
        return program(script, new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of()));
    }

    private Program program(String script, Grants grants) {
        try {
            byte[] content = script.getBytes(StandardCharsets.UTF_8);
            Path file = Files.createTempFile(folder, "tool", "");
            Files.write(file, content);
            String sha256 = HexFormat.of().formatHex(OutputHash.sha256().digest(content));
            return Unsigned.program("tool", file, sha256, grants);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Running started(Start start) {
        return assertInstanceOf(Start.Started.class, start, start::toString).running();
    }

    private Running run(String script, String... args) {
        return started(backend.start(program(script), RunInput.of(MINUTE, args), Limits.DEFAULT, Output.NONE));
    }

    private static Ending end(Running running) {
        return running.ending().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static RunResult result(Running running) {
        Ending ending = end(running);
        return assertInstanceOf(Ending.Completed.class, ending, ending::toString)
                .result();
    }

    private static Refusal failure(Running running) {
        Ending ending = end(running);
        return assertInstanceOf(Ending.Failed.class, ending, ending::toString).refusal();
    }

    private static Refusal refused(Start start) {
        return assertInstanceOf(Start.Refused.class, start).refusal();
    }

    private void assertNothingLeft() {
        assertEquals(List.of(), cluster.openJobs());
        Waiting.until(
                "the end of the process",
                () -> cluster.kubelets.values().stream().noneMatch(FakeKubelet::alive));
    }

    @Test
    void runsToolWithArgumentsInputAndVariables() {
        RunInput input = new RunInput(
                List.of("a b", "it's $HOME; `id`", "", "zeile\nzwei", "ü"),
                Bytes.of("input\n"),
                Map.of("GREETING", "it's 'quoted' $(id)"),
                MINUTE);
        String script =
                "#!/bin/sh\nfor a in \"$@\"; do echo \"[$a]\"; done; echo \"$GREETING\"; cat; echo oops >&2; env | sort >&2\n";

        RunResult result = result(started(backend.start(program(script), input, Limits.DEFAULT, Output.NONE)));

        assertEquals(
                "[a b]\n[it's $HOME; `id`]\n[]\n[zeile\nzwei]\n[ü]\nit's 'quoted' $(id)\ninput\n",
                result.stdout().text());
        assertTrue(result.stderr().text().startsWith("oops\n"), result.stderr()::text);
        assertFalse(result.stderr().text().contains("KUBERNETES"), result.stderr()::text);
        assertTrue(result.success());
        assertEquals(0, result.exitCode());
        assertEquals(Set.of(), result.violations());
        assertNothingLeft();
    }

    @Test
    void putsNothingOfTheRunIntoTheCluster() {
        RunInput input = new RunInput(
                List.of("argument-4711"), Bytes.of("stdin-4711"), Map.of("SECRET", "variable-4711"), MINUTE);

        result(started(backend.start(program("#!/bin/sh\n# content-4711\n"), input, Limits.DEFAULT, Output.NONE)));

        assertEquals(1, cluster.jobs.size());
        assertFalse(cluster.jobs.getFirst().toString().contains("4711"));
        assertFalse(String.join("\n", cluster.requests).contains("4711"));
    }

    @Test
    void takesContentOfManyBlocks() {
        String script = "#!/bin/sh\nwc -c < \"$0\"\nexit 0\n" + "x".repeat(700_001);
        assertEquals(script.length() + "\n", result(run(script)).stdout().text());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 64, 126, 255})
    void tellsExitCode(int code) {
        RunResult result = result(run("#!/bin/sh\nexit " + code + "\n"));
        assertEquals(code, result.exitCode());
        assertEquals(code == 0, result.success());
        assertNothingLeft();
    }

    @Test
    void keepsToolFromSpeakingForTheFirstProcess() {
        RunResult result = result(run("#!/bin/sh\necho refused digest\necho staged\n"));
        assertEquals("refused digest\nstaged\n", result.stdout().text());
    }

    @Test
    void refusesContentThatChangedOnItsWay() {
        cluster.prepared = kubelet -> kubelet.corrupt = "#!/bin/SH".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                RefusalCode.CONTENT_MISMATCH,
                failure(run("#!/bin/sh\necho never\n")).code());
        assertNothingLeft();
    }

    @Test
    void refusesScriptWhoseInterpreterTheImageLacks() {
        Grants grants = new Grants(Set.of(Path.of("/opt/none/python3")), Set.of(), List.of());
        Start start = backend.start(
                program("#!/opt/none/python3\n", grants), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE);
        assertEquals(RefusalCode.NOT_EXECUTABLE, failure(started(start)).code());
        assertNothingLeft();
    }

    @Test
    void endsRunAtItsTime() {
        Limits limits = Limits.DEFAULT.within(Duration.ofMillis(700));
        RunResult result = result(started(
                backend.start(program("#!/bin/sh\necho begun; sleep 60\n"), RunInput.of(MINUTE), limits, Output.NONE)));

        assertEquals(Set.of(Violation.TIMEOUT), result.violations());
        assertEquals("begun\n", result.stdout().text());
        assertFalse(result.cancelled());
        assertNothingLeft();
    }

    @Test
    void endsRunThatWritesTooMuch() {
        Limits limits =
                new Limits(Limits.DEFAULT.memoryBytes(), Duration.ofSeconds(30), MINUTE, 1 << 20, 1000, 10_000, 16, 64);
        RunResult result =
                result(started(backend.start(program("#!/bin/sh\nyes\n"), RunInput.of(MINUTE), limits, Output.NONE)));

        assertEquals(Set.of(Violation.OUTPUT), result.violations());
        assertEquals(1000, result.stdout().length());
        assertTrue(result.truncated());
        assertNothingLeft();
    }

    @Test
    void cancelsRunUnderWay() {
        StringBuffer told = new StringBuffer();
        Running running = started(backend.start(
                program("#!/bin/sh\necho begun; sleep 60\n"),
                RunInput.of(MINUTE),
                Limits.DEFAULT,
                (stream, chunk) -> told.append(chunk.text())));
        Waiting.until("output", () -> told.toString().equals("begun\n"));
        assertTrue(running.begun().isDone() && running.begun().join());

        running.cancel();

        assertTrue(result(running).cancelled());
        assertNothingLeft();
    }

    @Test
    void cancelsRunWhosePodIsNotThereYet() {
        cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .endWaiting()
                .build();
        Running running = run("#!/bin/sh\n");
        running.cancel();

        assertTrue(result(running).cancelled());
        assertNothingLeft();
    }

    @Test
    void endsRunWhoseListenerFails() {
        Running running = started(backend.start(
                program("#!/bin/sh\necho begun; sleep 60\n"), RunInput.of(MINUTE), Limits.DEFAULT, (stream, chunk) -> {
                    throw new IllegalStateException("nobody listens");
                }));
        assertTrue(result(running).cancelled());
        assertNothingLeft();
    }

    @Test
    void endsRunWhoseListenerHangs() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Running running = started(backend.start(
                program("#!/bin/sh\necho begun; sleep 60\n"), RunInput.of(MINUTE), Limits.DEFAULT, (stream, chunk) -> {
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
        assertNothingLeft();
    }

    @Test
    void namesMemoryWhereTheClusterDoes() {
        cluster.ending = state -> terminated(137, "OOMKilled");
        RunResult result = result(run("#!/bin/sh\nexit 137\n"));
        assertEquals(Set.of(Violation.MEMORY), result.violations());
        assertEquals(137, result.exitCode());
    }

    @Test
    void namesNoViolationForAnExitCodeAlone() {
        RunResult result = result(run("#!/bin/sh\nexit 137\n"));
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

    @Test
    void tellsFiguresOfThePod() {
        cluster.ending = state -> new ContainerStateBuilder(state)
                .editTerminated()
                .withMessage("cpu_usec=42000 peak_bytes=1048576\n")
                .endTerminated()
                .build();
        RunResult result = result(run("#!/bin/sh\n"));
        assertEquals(Duration.ofMillis(42), result.cpu());
        assertEquals(1 << 20, result.peakMemoryBytes());
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
        Running running = run("#!/bin/sh\necho begun; sleep 60\n");
        FakeKubelet kubelet = cluster.kubelet();
        Waiting.until("the tool", kubelet::alive);
        Waiting.until("the launch", () -> Files.exists(kubelet.stage.resolve("launch")));
        String pod = cluster.pods().getFirst().getMetadata().getName();
        cluster.status(pod, reason, message, terminated(137, "Error"));
        kubelet.kill();

        if (violation == null) {
            assertEquals(RefusalCode.SANDBOX_FAILED, failure(running).code());
        } else {
            assertEquals(Set.of(violation), result(running).violations());
        }
        assertNothingLeft();
    }

    @Test
    void failsWhereSomebodyElseDeletesThePod() {
        Running running = run("#!/bin/sh\necho begun; sleep 60\n");
        FakeKubelet kubelet = cluster.kubelet();
        Waiting.until("the launch", () -> Files.exists(kubelet.stage.resolve("launch")));
        cluster.deletePod(cluster.pods().getFirst().getMetadata().getName());

        Refusal refusal = failure(running);
        assertTrue(
                Set.of(RefusalCode.SANDBOX_FAILED, RefusalCode.POD_NOT_STARTED).contains(refusal.code()),
                refusal::toString);
        assertNothingLeft();
    }

    @Test
    void failsWhereOutputMayBeMissing() {
        cluster.prepared = kubelet -> kubelet.breaks = true;
        assertEquals(
                RefusalCode.SANDBOX_FAILED,
                failure(run("#!/bin/sh\necho all\n")).code());
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff", "CreateContainerConfigError", "InvalidImageName"})
    void refusesAtOnceWhereThePodCannotCome(String reason) {
        cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .endWaiting()
                .build();
        Running running = run("#!/bin/sh\n");
        Refusal refusal = failure(running);
        assertEquals(RefusalCode.POD_NOT_STARTED, refusal.code());
        assertTrue(refusal.reason().contains(reason), refusal::reason);
        assertFalse(running.begun().join());
        assertNothingLeft();
    }

    @Test
    void refusesWhereThePodDoesNotComeInTime() throws ClusterException {
        backend.close();
        backend = backend(config(Duration.ofSeconds(1)));
        cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .endWaiting()
                .build();
        assertEquals(RefusalCode.POD_NOT_STARTED, failure(run("#!/bin/sh\n")).code());
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"runtimeClass", "sidecar", "owner", "image", "privileged", "environment", "hostNetwork"})
    void sendsNothingToPodThatIsNotTheOneAskedFor(String what) {
        cluster.webhook = altered(what);
        Refusal refusal = failure(run("#!/bin/sh\n"));
        assertEquals(RefusalCode.CLUSTER_REFUSED, refusal.code(), refusal::reason);
        assertTrue(cluster.requests.stream().noneMatch(each -> each.contains("/attach")));
        assertNothingLeft();
    }

    private static UnaryOperator<Pod> altered(String what) {
        return pod -> switch (what) {
            case "runtimeClass" ->
                new PodBuilder(pod)
                        .editSpec()
                        .withRuntimeClassName(null)
                        .endSpec()
                        .build();
            case "sidecar" ->
                new PodBuilder(pod)
                        .editSpec()
                        .addToContainers(new ContainerBuilder().withName("mesh").build())
                        .endSpec()
                        .build();
            case "owner" ->
                new PodBuilder(pod)
                        .editMetadata()
                        .withOwnerReferences(List.of())
                        .endMetadata()
                        .build();
            case "image" ->
                new PodBuilder(pod)
                        .editSpec()
                        .editFirstContainer()
                        .withImage("other")
                        .endContainer()
                        .endSpec()
                        .build();
            case "privileged" ->
                new PodBuilder(pod)
                        .editSpec()
                        .editFirstContainer()
                        .editSecurityContext()
                        .withPrivileged(true)
                        .endSecurityContext()
                        .endContainer()
                        .endSpec()
                        .build();
            case "environment" ->
                new PodBuilder(pod)
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnv()
                        .withName("LD_PRELOAD")
                        .withValue("/evil.so")
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build();
            default ->
                new PodBuilder(pod).editSpec().withHostNetwork(true).endSpec().build();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "401, CLUSTER_REFUSED",
        "403, CLUSTER_REFUSED",
        "409, CLUSTER_REFUSED",
        "422, CLUSTER_REFUSED",
        "429, CLUSTER_UNAVAILABLE",
        "500, CLUSTER_UNAVAILABLE",
        "503, CLUSTER_UNAVAILABLE",
    })
    void refusesWhereTheApiServerDoes(int status, RefusalCode code) {
        cluster.first = request -> "POST".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(status).setBody("{\"message\":\"secret-4711\"}"))
                : Optional.empty();
        Refusal refusal =
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE));
        assertEquals(code, refusal.code());
        assertFalse(refusal.reason().contains("4711"), refusal::reason);
        assertNothingLeft();
    }

    @Test
    void refusesWhereTheAnswerHoldsNoJob() {
        cluster.first = request -> "POST".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(201))
                : Optional.empty();
        refusedAsUnavailable();
        assertNothingLeft();
    }

    @Test
    void removesJobThatWasMadeThoughTheAnswerSaysOtherwise() {
        cluster.madeStatus = 504;
        refusedAsUnavailable();
        assertEquals(1, cluster.jobs.size());
        assertNothingLeft();
    }

    @Test
    void removesJobThatIsMadeAfterItsRefusal() {
        cluster.madeLate = true;
        refusedAsUnavailable();
        cluster.makeLate();
        assertEquals(1, cluster.openJobs().size());

        cluster.madeLate = false;
        assertTrue(result(run("#!/bin/sh\n")).success());
        assertNothingLeft();
    }

    private void refusedAsUnavailable() {
        assertEquals(
                RefusalCode.CLUSTER_UNAVAILABLE,
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }

    @Test
    void removesLaterWhatCouldNotBeRemovedAtOnce() {
        cluster.first = request -> "DELETE".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(500))
                : Optional.empty();
        Running running = run("#!/bin/sh\necho done\n");
        Waiting.until("a try to remove", () -> cluster.requests.stream().anyMatch(each -> each.startsWith("DELETE")));
        cluster.first = request -> Optional.empty();

        assertEquals("done\n", result(running).stdout().text());
        assertNothingLeft();
    }

    @Test
    void clearsAwayWhatAnEarlierRunnerLeft() throws ClusterException {
        run("#!/bin/sh\nsleep 60\n");
        Waiting.until("a process", () -> cluster.kubelets.values().stream().anyMatch(FakeKubelet::alive));
        backend(CONFIG).close();
        Waiting.until("the end of the orphan", () -> cluster.openJobs().isEmpty());
        assertNothingLeft();
    }

    @Test
    void leavesAloneWhatAnotherRunnerDoes() throws ClusterException {
        Running running = run("#!/bin/sh\nread line; echo \"$line\"; sleep 1; echo end\n");
        KubernetesBackend.open(cluster.cluster(), CONFIG, "f".repeat(32), 1, 1 << 20, System::nanoTime)
                .close();
        assertEquals("\nend\n", result(running).stdout().text());
    }

    @Test
    void followsItsPodsOnWhereTheWatchEnds() {
        run("#!/bin/sh\n").ending().join();
        cluster.breakWatches();
        assertEquals("after\n", result(run("#!/bin/sh\necho after\n")).stdout().text());
    }

    @Test
    void refusesToBeginWithoutNetworkPolicy() {
        cluster.admin
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(FakeCluster.NAMESPACE)
                .withName("deny-tools")
                .delete();
        Refusal refusal =
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE));
        assertEquals(RefusalCode.CLUSTER_REFUSED, refusal.code());
        assertEquals(List.of(), cluster.jobs);
    }

    @Test
    void refusesWhereAnotherPolicyLetsThrough() {
        cluster.admin
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(FakeCluster.NAMESPACE)
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withName("dns")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .withPolicyTypes("Egress")
                        .addNewEgress()
                        .endEgress()
                        .endSpec()
                        .build())
                .create();
        assertEquals(
                RefusalCode.CLUSTER_REFUSED,
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }

    @Test
    void letsInNoMoreThanItMay() throws ClusterException {
        for (int i = 0; i < 4; i++) {
            run("#!/bin/sh\nsleep 60\n");
        }
        assertEquals(
                RefusalCode.TOO_MANY_RUNS,
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
        backend.close();
        assertEquals(
                RefusalCode.CLOSING,
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
        assertNothingLeft();
    }

    @Test
    void refusesWhatAPodCannotGrant() {
        Path sh = Path.of("/bin/sh");
        String script = "#!/bin/sh\n";
        check(RefusalCode.INTERPRETER_NOT_GRANTED, program(script, Grants.NONE));
        check(RefusalCode.GRANT_UNSAFE, program(script, new Grants(Set.of(sh), Set.of(), List.of("a.example:443"))));
        check(RefusalCode.GRANT_UNSAFE, program(script, new Grants(Set.of(sh, Path.of("/data")), Set.of(), List.of())));
        check(RefusalCode.GRANT_UNSAFE, program(script, new Grants(Set.of(sh), Set.of(Path.of("/data")), List.of())));
        check(RefusalCode.NOT_EXECUTABLE, program("just text", Grants.NONE));
        check(
                RefusalCode.CONTENT_MISMATCH,
                Unsigned.program("tool", program(script).content(), "0".repeat(64), Grants.NONE));
        check(RefusalCode.CONTENT_UNREADABLE, program(script + " ".repeat(1 << 20)));
        Program gone = Unsigned.program("tool", folder.resolve("gone"), "0".repeat(64), Grants.NONE);
        check(RefusalCode.CONTENT_UNREADABLE, gone);
        assertEquals(List.of(), cluster.jobs);
    }

    private void check(RefusalCode code, Program program) {
        assertEquals(
                code,
                refused(backend.start(program, RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }
}
