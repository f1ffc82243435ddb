package dev.pavise.runner.kubernetes;

import static dev.pavise.runner.kubernetes.BackendRuns.MINUTE;
import static dev.pavise.runner.kubernetes.BackendRuns.failure;
import static dev.pavise.runner.kubernetes.BackendRuns.result;
import static dev.pavise.runner.kubernetes.BackendRuns.started;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Start;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run gives back, against fabric8's API server, with pods whose own command runs as a process here. */
final class KubernetesBackendTest {
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
    void runsToolWithArgumentsInputAndVariables() {
        RunInput input = new RunInput(
                List.of("a b", "it's $HOME; `id`", "", "zeile\nzwei", "ü"),
                Bytes.of("input\n"),
                Map.of("GREETING", "it's 'quoted' $(id)"),
                MINUTE);
        String script =
                "#!/bin/sh\nfor a in \"$@\"; do echo \"[$a]\"; done; echo \"$GREETING\"; cat; echo oops >&2; env | sort >&2\n";

        RunResult result =
                result(started(runs.backend.start(runs.program(script), input, Limits.DEFAULT, Output.NONE)));

        assertEquals(
                "[a b]\n[it's $HOME; `id`]\n[]\n[zeile\nzwei]\n[ü]\nit's 'quoted' $(id)\ninput\n",
                result.stdout().text());
        assertTrue(result.stderr().text().startsWith("oops\n"), result.stderr()::text);
        assertFalse(result.stderr().text().contains("KUBERNETES"), result.stderr()::text);
        assertTrue(result.success());
        assertEquals(0, result.exitCode());
        assertEquals(Set.of(), result.violations());
        runs.assertNothingLeft();
    }

    @Test
    void putsNothingOfTheRunIntoTheCluster() {
        RunInput input = new RunInput(
                List.of("argument-4711"), Bytes.of("stdin-4711"), Map.of("SECRET", "variable-4711"), MINUTE);

        result(started(
                runs.backend.start(runs.program("#!/bin/sh\n# content-4711\n"), input, Limits.DEFAULT, Output.NONE)));

        assertEquals(1, runs.cluster.jobs.size());
        assertFalse(runs.cluster.jobs.getFirst().toString().contains("4711"));
        assertFalse(String.join("\n", runs.cluster.requests).contains("4711"));
    }

    @Test
    void takesContentOfManyBlocks() {
        String script = "#!/bin/sh\nwc -c < \"$0\"\nexit 0\n" + "x".repeat(700_001);
        assertEquals(script.length() + "\n", result(runs.run(script)).stdout().text());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 64, 126, 255})
    void tellsExitCode(int code) {
        RunResult result = result(runs.run("#!/bin/sh\nexit " + code + "\n"));
        assertEquals(code, result.exitCode());
        assertEquals(code == 0, result.success());
        runs.assertNothingLeft();
    }

    @Test
    void keepsToolFromSpeakingForTheFirstProcess() {
        RunResult result = result(runs.run("#!/bin/sh\necho refused digest\necho staged\n"));
        assertEquals("refused digest\nstaged\n", result.stdout().text());
    }

    @Test
    void refusesContentThatChangedOnItsWay() {
        runs.cluster.prepared = kubelet -> kubelet.corrupt = "#!/bin/SH".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                RefusalCode.CONTENT_MISMATCH,
                failure(runs.run("#!/bin/sh\necho never\n")).code());
        runs.assertNothingLeft();
    }

    @Test
    void refusesScriptWhoseInterpreterTheImageLacks() {
        Grants grants = new Grants(Set.of(Path.of("/opt/none/python3")), Set.of(), List.of());
        Start start = runs.backend.start(
                runs.program("#!/opt/none/python3\n", grants), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE);
        assertEquals(RefusalCode.NOT_EXECUTABLE, failure(started(start)).code());
        runs.assertNothingLeft();
    }

    @Test
    void tellsFiguresOfThePod() {
        runs.cluster.ending = state -> new ContainerStateBuilder(state)
                .editTerminated()
                .withMessage("cpu_usec=42000 peak_bytes=1048576\n")
                .endTerminated()
                .build();
        RunResult result = result(runs.run("#!/bin/sh\n"));
        assertEquals(Duration.ofMillis(42), result.cpu());
        assertEquals(1 << 20, result.peakMemoryBytes());
    }

    @Test
    void followsItsPodsOnWhereTheWatchEnds() {
        runs.run("#!/bin/sh\n").ending().join();
        runs.cluster.breakWatches();
        assertEquals(
                "after\n", result(runs.run("#!/bin/sh\necho after\n")).stdout().text());
    }
}
