package dev.pavise.bench.tools;

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
import java.util.Locale;

/** A module's first call in a fresh process, its first call where the compiler is warm, and warm calls. {@code WasmCalls CALLS}. */
public final class WasmCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int COLD = 50;

    private WasmCalls() {}

    public static void main(String[] args) throws IOException {
        int calls = Integer.parseInt(args[0]);
        Path folder = Files.createTempDirectory("pavise-bench");
        Program tool = SampleTool.of(folder, "hello", SampleModule.HELLO);
        long begin = System.nanoTime();
        Samples fresh = new Samples(1);
        Samples cold = new Samples(COLD);
        for (int one = 0; one < COLD; one++) {
            try (WasmBackend backend = backend()) {
                long from = System.nanoTime();
                call(backend, tool);
                (one == 0 ? fresh : cold).add(one == 0 ? begin : from, System.nanoTime());
            }
        }
        Samples warm = new Samples(calls);
        double spent;
        try (WasmBackend backend = backend()) {
            for (int one = 0; one < calls; one++) {
                call(backend, tool);
            }
            spent = ProcessorTime.own();
            for (int one = 0; one < calls; one++) {
                long from = System.nanoTime();
                call(backend, tool);
                warm.add(from, System.nanoTime());
            }
            spent = ProcessorTime.own() - spent;
        }
        System.out.println("\n| WebAssembly, in process | p50 ms | p99 ms | CPU ms |\n|---|--:|--:|--:|");
        System.out.printf(Locale.ROOT, "| first call of a fresh process | %.1f | | |%n", fresh.quantile(0.5));
        System.out.printf("| first call, compiler warm | %s | |%n", cold.cells());
        System.out.printf(Locale.ROOT, "| warm call, of %d | %s | %.2f |%n", calls, warm.cells(), spent / calls);
        Files.delete(tool.content());
        Files.delete(folder);
    }

    private static WasmBackend backend() {
        return new WasmBackend(WasmSettings.ofHeap(), InstantSource.system(), System::nanoTime);
    }

    private static void call(WasmBackend backend, Program tool) {
        Start start = backend.start(tool, RunInput.of(PATIENCE), Limits.RESTRICTED, Output.NONE);
        if (!(start instanceof Start.Started(var running)
                && running.ending().join() instanceof Ending.Completed(RunResult result)
                && result.success()
                && result.stdout().length() == 6)) {
            throw new IllegalStateException("the module did not run: " + start);
        }
    }
}
