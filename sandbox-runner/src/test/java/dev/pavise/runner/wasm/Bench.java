package dev.pavise.runner.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.wasm.module.Bounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A backend of its own for one test class, with the probe ready to run. */
final class Bench implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(40);
    private static final long MIB = 1024 * 1024;

    private final Path folder;
    private final byte[] probe = Tool.probe();
    final WasmBackend backend;

    Bench() {
        this(new WasmSettings(Bounds.DEFAULT, 16, MIB, 8, 512 * MIB));
    }

    Bench(WasmSettings settings) {
        try {
            folder = Files.createTempDirectory("wasm-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        backend = new WasmBackend(settings, InstantSource.system(), System::nanoTime);
    }

    static Limits limits(long memoryMib, Duration cpu, Duration wall) {
        return new Limits(memoryMib * MIB, cpu, wall, 8 * MIB, 64 * 1024, MIB, 1, 32);
    }

    /** Wide enough for what is not about limits. */
    static Limits wide() {
        return limits(64, Duration.ofSeconds(30), LONG);
    }

    Path folder() {
        return folder;
    }

    Program probe(Grants grants) {
        return Tool.of(folder, probe, grants);
    }

    RunResult run(String... args) {
        return run(Grants.NONE, wide(), args);
    }

    RunResult run(Grants grants, Limits limits, String... args) {
        return result(start(grants, limits, args));
    }

    RunResult run(byte[] module, Limits limits) {
        return result(started(backend.start(Tool.of(folder, module), RunInput.of(LONG), limits, Output.NONE)));
    }

    RunResult run(Bytes stdin, Map<String, String> env, String... args) {
        RunInput input = new RunInput(List.of(args), stdin, env, LONG);
        return result(started(backend.start(probe(Grants.NONE), input, wide(), Output.NONE)));
    }

    Running start(Grants grants, Limits limits, String... args) {
        return started(backend.start(probe(grants), RunInput.of(LONG, args), limits, Output.NONE));
    }

    Refusal refused(byte[] module) {
        return refused(backend.start(Tool.of(folder, module), RunInput.of(LONG), wide(), Output.NONE));
    }

    static Refusal refused(Start start) {
        return assertInstanceOf(Start.Refused.class, start).refusal();
    }

    static Running started(Start start) {
        if (start instanceof Start.Refused(Refusal refusal)) throw new AssertionError(refusal.toString());
        return assertInstanceOf(Start.Started.class, start).running();
    }

    static RunResult result(Running running) {
        try {
            Ending ending = running.ending().get(LONG.toSeconds() + 20, TimeUnit.SECONDS);
            return assertInstanceOf(Ending.Completed.class, ending).result();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static void assertOut(String expected, RunResult result) {
        assertEquals(expected, result.stdout().text(), () -> result.stderr().text());
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        }
    }

    @Override
    public void close() {
        backend.close();
        try {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
