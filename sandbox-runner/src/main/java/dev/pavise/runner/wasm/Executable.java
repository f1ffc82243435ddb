package dev.pavise.runner.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.module.Outcome;
import dev.pavise.runner.wasm.wasi.Wasi;

/** A compiled module, and how a fresh instance of it is made: nothing that one run changes is seen by another. */
final class Executable {
    private static final int PAGE = 65536;

    private final Outcome.Compiled compiled;
    private final int tableEntries;

    Executable(Outcome.Compiled compiled, int tableEntries) {
        this.compiled = compiled;
        this.tableEntries = tableEntries;
    }

    /** Whether the memory that the module starts with is within the run's; if so, it is taken. */
    boolean takeInitialMemory(MemoryLedger ledger) {
        return ledger.take((long) declared().initialPages() * PAGE);
    }

    long initialBytes() {
        return (long) declared().initialPages() * PAGE;
    }

    private MemoryLimits declared() {
        return compiled.module().memorySection().orElseThrow().getMemory(0).limits();
    }

    /** Copies the module's data into its memory and runs its start function, if it has one. */
    Instance instantiate(Wasi wasi, MemoryLedger ledger) {
        return Instance.builder(compiled.module())
                .withMachineFactory(compiled.machine())
                .withMemoryFactory(_ -> new CountedMemory(declared(), ledger))
                .withTableFactory(this::table)
                .withImportValues(wasi.imports())
                .withStart(false)
                .build();
    }

    /** The library grows the limits that stand in the module, which all runs share; so each gets its own, with an end to its growth. */
    private TableInstance table(Table declared, int initial) {
        long min = declared.limits().min();
        TableLimits limits =
                new TableLimits(min, Math.max(min, Math.min(declared.limits().max(), tableEntries)));
        return new TableInstance(new Table(declared.elementType(), limits, declared.initialize()), initial);
    }
}
