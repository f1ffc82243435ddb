package dev.pavise.runner.kubernetes;

import static dev.pavise.runner.kubernetes.BackendRuns.MINUTE;
import static dev.pavise.runner.kubernetes.BackendRuns.config;
import static dev.pavise.runner.kubernetes.BackendRuns.failure;
import static dev.pavise.runner.kubernetes.BackendRuns.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Unsigned;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.mockwebserver.http.MockResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not begin, or not where it was asked for. */
final class KubernetesRefusalTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff", "CreateContainerConfigError", "InvalidImageName"})
    void refusesAtOnceWhereThePodCannotCome(String reason) {
        runs.cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .endWaiting()
                .build();
        Running running = runs.run("#!/bin/sh\n");
        Refusal refusal = failure(running);
        assertEquals(RefusalCode.POD_NOT_STARTED, refusal.code());
        assertTrue(refusal.reason().contains(reason), refusal::reason);
        assertFalse(running.begun().join());
        runs.assertNothingLeft();
    }

    @Test
    void refusesWhereThePodDoesNotComeInTime() throws ClusterException {
        runs.reopen(config(Duration.ofSeconds(1)));
        runs.cluster.beginning = new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .endWaiting()
                .build();
        assertEquals(
                RefusalCode.POD_NOT_STARTED, failure(runs.run("#!/bin/sh\n")).code());
        runs.assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"runtimeClass", "sidecar", "owner", "image", "privileged", "environment", "hostNetwork"})
    void sendsNothingToPodThatIsNotTheOneAskedFor(String what) {
        runs.cluster.webhook = altered(what);
        Refusal refusal = failure(runs.run("#!/bin/sh\n"));
        assertEquals(RefusalCode.CLUSTER_REFUSED, refusal.code(), refusal::reason);
        assertTrue(runs.cluster.requests.stream().noneMatch(each -> each.contains("/attach")));
        runs.assertNothingLeft();
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
        runs.cluster.first = request -> "POST".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(status).setBody("{\"message\":\"secret-4711\"}"))
                : Optional.empty();
        Refusal refusal = refused(
                runs.backend.start(runs.program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE));
        assertEquals(code, refusal.code());
        assertFalse(refusal.reason().contains("4711"), refusal::reason);
        runs.assertNothingLeft();
    }

    @Test
    void refusesWhereTheAnswerHoldsNoJob() {
        runs.cluster.first = request -> "POST".equals(request.getMethod())
                ? Optional.of(new MockResponse().setResponseCode(201))
                : Optional.empty();
        runs.refusedAsUnavailable();
        runs.assertNothingLeft();
    }

    @Test
    void refusesToBeginWithoutNetworkPolicy() {
        runs.cluster
                .admin
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(FakeCluster.NAMESPACE)
                .withName("deny-tools")
                .delete();
        Refusal refusal = refused(
                runs.backend.start(runs.program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE));
        assertEquals(RefusalCode.CLUSTER_REFUSED, refusal.code());
        assertEquals(List.of(), runs.cluster.jobs);
    }

    @Test
    void refusesWhereAnotherPolicyLetsThrough() {
        runs.cluster
                .admin
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
                refused(runs.backend.start(
                                runs.program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }

    @Test
    void letsInNoMoreThanItMay() throws ClusterException {
        for (int i = 0; i < 4; i++) {
            runs.run("#!/bin/sh\nsleep 60\n");
        }
        assertEquals(
                RefusalCode.TOO_MANY_RUNS,
                refused(runs.backend.start(
                                runs.program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
        runs.backend.close();
        assertEquals(
                RefusalCode.CLOSING,
                refused(runs.backend.start(
                                runs.program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
        runs.assertNothingLeft();
    }

    @Test
    void refusesWhatAPodCannotGrant() {
        Path sh = Path.of("/bin/sh");
        String script = "#!/bin/sh\n";
        check(RefusalCode.INTERPRETER_NOT_GRANTED, runs.program(script, Grants.NONE));
        check(
                RefusalCode.GRANT_UNSAFE,
                runs.program(script, new Grants(Set.of(sh), Set.of(), List.of("a.example:443"))));
        check(
                RefusalCode.GRANT_UNSAFE,
                runs.program(script, new Grants(Set.of(sh, Path.of("/data")), Set.of(), List.of())));
        check(
                RefusalCode.GRANT_UNSAFE,
                runs.program(script, new Grants(Set.of(sh), Set.of(Path.of("/data")), List.of())));
        check(RefusalCode.NOT_EXECUTABLE, runs.program("just text", Grants.NONE));
        check(
                RefusalCode.CONTENT_MISMATCH,
                Unsigned.program("tool", runs.program(script).content(), "0".repeat(64), Grants.NONE));
        check(RefusalCode.CONTENT_UNREADABLE, runs.program(script + " ".repeat(1 << 20)));
        Program gone = Unsigned.program("tool", folder.resolve("gone"), "0".repeat(64), Grants.NONE);
        check(RefusalCode.CONTENT_UNREADABLE, gone);
        assertEquals(List.of(), runs.cluster.jobs);
    }

    private void check(RefusalCode code, Program program) {
        assertEquals(
                code,
                refused(runs.backend.start(program, RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }
}
