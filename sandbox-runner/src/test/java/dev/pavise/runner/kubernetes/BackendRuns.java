package dev.pavise.runner.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.runner.config.KubernetesConfig;
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
import java.util.concurrent.TimeUnit;

/** A backend on {@link FakeCluster}, and what tests do with it: begin runs, and wait for their end. */
final class BackendRuns implements AutoCloseable {
    static final String RUNNER = "0123456789abcdef0123456789abcdef";

    static final Duration MINUTE = Duration.ofMinutes(1);

    static final KubernetesConfig CONFIG = config(Duration.ofSeconds(20));

    static KubernetesConfig config(Duration startTimeout) {
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

    final FakeCluster cluster;
    KubernetesBackend backend;

    private final Path folder;

    BackendRuns(Path folder) throws ClusterException {
        this.folder = folder;
        this.cluster = new FakeCluster(folder);
        this.backend = backend(CONFIG);
    }

    /** The same with another configuration. */
    void reopen(KubernetesConfig config) throws ClusterException {
        backend.close();
        backend = backend(config);
    }

    @Override
    public void close() {
        cluster.first = request -> Optional.empty();
        cluster.jobsGo = true;
        backend.close();
        cluster.close();
    }

    KubernetesBackend backend(KubernetesConfig config) throws ClusterException {
        return KubernetesBackend.open(cluster.cluster(), config, RUNNER, 4, 1 << 20, System::nanoTime);
    }

    Program program(String script) {
        return program(script, new Grants(Set.of(Path.of("/bin/sh")), Set.of(), List.of()));
    }

    Program program(String script, Grants grants) {
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

    static Running started(Start start) {
        return assertInstanceOf(Start.Started.class, start, start::toString).running();
    }

    Running run(String script, String... args) {
        return started(backend.start(program(script), RunInput.of(MINUTE, args), Limits.DEFAULT, Output.NONE));
    }

    static Ending end(Running running) {
        return running.ending().orTimeout(60, TimeUnit.SECONDS).join();
    }

    static RunResult result(Running running) {
        Ending ending = end(running);
        return assertInstanceOf(Ending.Completed.class, ending, ending::toString)
                .result();
    }

    static Refusal failure(Running running) {
        Ending ending = end(running);
        return assertInstanceOf(Ending.Failed.class, ending, ending::toString).refusal();
    }

    static Refusal refused(Start start) {
        return assertInstanceOf(Start.Refused.class, start).refusal();
    }

    void refusedAsUnavailable() {
        assertEquals(
                RefusalCode.CLUSTER_UNAVAILABLE,
                refused(backend.start(program("#!/bin/sh\n"), RunInput.of(MINUTE), Limits.DEFAULT, Output.NONE))
                        .code());
    }

    void assertNothingLeft() {
        assertEquals(List.of(), cluster.openJobs());
        Waiting.until(
                "the end of the process",
                () -> cluster.kubelets.values().stream().noneMatch(FakeKubelet::alive));
    }
}
