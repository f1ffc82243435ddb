package dev.pavise.bench.wasm;

import dev.pavise.bench.tool.BenchTool;
import dev.pavise.runner.run.Ending;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Start;
import dev.pavise.runner.wasm.WasmBackend;
import dev.pavise.runner.wasm.WasmSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A run of a compiled module from start to result: its content is read and hashed, its memory and files are made, its thread begins and ends. The
 * median and the tail matter, so each call is a sample. {@code -p module=FILE} takes another module than the one that writes a line.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class WarmCallBenchmark {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** {@code fd_write(1, "hello\n")} and no more. */
    private static final String HELLO =
            "0061736d01000000010c0260047f7f7f7f017f60000002230116776173695f736e617073686f745f"
                    + "70726576696577310866645f77726974650000030201010503010001071302066d656d6f72790200065f737461727400010a0f01"
                    + "0d00410141004101411010001a0b0b14010041000b0e080000000600000068656c6c6f0a";

    /** A file, or nothing for the module that writes a line. */
    @Param("")
    public String module = "";

    private final WasmBackend backend =
            new WasmBackend(WasmSettings.ofHeap(), InstantSource.system(), System::nanoTime);
    private @Nullable Program program;

    /** Puts the module where the runner would have it, and compiles it. */
    @Setup
    public void prepare() throws IOException {
        byte[] content = module.isEmpty() ? HexFormat.of().parseHex(HELLO) : Files.readAllBytes(Path.of(module));
        Path file = Files.createTempFile("bench", ".wasm");
        file.toFile().deleteOnExit();
        Files.write(file, content);
        program = BenchTool.program(file, List.of());
        backend.prepare(program).ifPresent(refusal -> {
            throw new IllegalStateException(refusal.reason());
        });
    }

    @TearDown
    public void close() {
        backend.close();
    }

    /** One call. */
    @Benchmark
    public RunResult call() {
        Start start = backend.start(Objects.requireNonNull(program), RunInput.of(LONG), Limits.RESTRICTED, Output.NONE);
        if (start instanceof Start.Started(var running)
                && running.ending().join() instanceof Ending.Completed(RunResult result)
                && result.exitCode() != 134) {
            return result;
        }
        throw new IllegalStateException("the module of the benchmark did not run");
    }
}
