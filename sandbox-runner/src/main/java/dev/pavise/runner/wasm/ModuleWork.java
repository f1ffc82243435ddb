package dev.pavise.runner.wasm;

import com.dylibso.chicory.runtime.Instance;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.wasi.Surroundings;
import dev.pavise.runner.wasm.wasi.Wasi;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** Puts one run together, on the run's own thread, and runs its module from {@code _start} on. */
record ModuleWork(
        String name,
        Executable executable,
        RunInput input,
        Limits limits,
        RunFiles files,
        MemoryLedger ledger,
        SecureRandom random,
        LongSupplier realtimeNs)
        implements WasmRun.Work {
    /** Each may hold a listing of a folder, which no limit on memory counts. */
    private static final int MOST_DESCRIPTORS = 256;

    @Override
    public void run(WasmRun self) {
        Wasi wasi = new Wasi(new Surroundings(
                name,
                input,
                files.tree(),
                self::write,
                Math.min(limits.openFiles(), MOST_DESCRIPTORS),
                random,
                realtimeNs,
                self::elapsedNs,
                self::ownCpuNs,
                self::note));
        Instance instance = executable.instantiate(wasi, ledger);
        instance.export("_start").apply();
    }

    // The input may hold secrets.
    @Override
    public String toString() {
        return "ModuleWork[" + name + "]";
    }
}
