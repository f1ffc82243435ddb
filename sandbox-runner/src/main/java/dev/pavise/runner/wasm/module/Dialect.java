package dev.pavise.runner.wasm.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemorySection;
import dev.pavise.runner.wasm.wasi.Wasi;
import java.util.Map;

/**
 * What a module may be made of: WebAssembly 2.0 without vectors, one memory, and functions of WASI. Instructions are allowed by list, since the
 * newer proposals (garbage collection, exceptions, threads, tail calls) take memory that nothing here counts, or wait where nothing here wakes.
 */
final class Dialect {
    private Dialect() {}

    /** Throws {@link Unfit} unless the module keeps to it. */
    static void require(WasmModule module, Map<String, FunctionType> offered, Bounds bounds) {
        requireImports(module, offered);
        requireMemory(module);
        requireTables(module, bounds);
        requireEntry(module);
        requireInstructions(module);
    }

    private static void requireImports(WasmModule module, Map<String, FunctionType> offered) {
        module.importSection().stream().forEach(wanted -> {
            if (!(wanted instanceof FunctionImport function) || !wanted.module().equals(Wasi.MODULE)) {
                throw new Unfit("the module imports something that is not a function of " + Wasi.MODULE);
            }
            FunctionType type = offered.get(wanted.name());
            if (type == null || !type.equals(module.typeSection().getType(function.typeIndex()))) {
                throw new Unfit(
                        "the module imports a function that " + Wasi.MODULE + " does not have, or with other types");
            }
        });
    }

    private static void requireMemory(WasmModule module) {
        int memories = module.memorySection().map(MemorySection::memoryCount).orElse(0);
        if (memories != 1) throw new Unfit("the module has " + memories + " memories; one is needed");
        if (module.memorySection().orElseThrow().getMemory(0).limits().shared())
            throw new Unfit("the module shares its memory between threads");
    }

    private static void requireTables(WasmModule module, Bounds bounds) {
        long entries = 0;
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            entries += module.tableSection().getTable(i).limits().min();
        }
        if (entries > bounds.tableEntries()) {
            throw new Unfit(
                    "the module has tables of " + entries + " entries; " + bounds.tableEntries() + " are allowed");
        }
    }

    private static void requireEntry(WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            if (export.name().equals("_start") && export.exportType() == ExternalType.FUNCTION) return;
        }
        throw new Unfit("the module exports no function _start: it is a library, not a program");
    }

    private static void requireInstructions(WasmModule module) {
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            for (var instruction : module.codeSection().getFunctionBody(i).instructions()) {
                int code = instruction.opcode().opcode();
                if (!allowed(code))
                    throw new Unfit("the module uses an instruction that is not allowed here: " + instruction.opcode());
            }
        }
    }

    private static boolean allowed(int code) {
        return code <= 0x05
                || (code >= 0x0b && code <= 0x11)
                || (code >= 0x1a && code <= 0x1c)
                || (code >= 0x20 && code <= 0xd2)
                || (code >= 0xfc00 && code <= 0xfc11);
    }
}
