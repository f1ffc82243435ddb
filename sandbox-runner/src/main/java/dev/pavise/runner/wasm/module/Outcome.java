package dev.pavise.runner.wasm.module;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.function.Function;

/** What became of a module's bytes. */
public sealed interface Outcome {
    /** It can be run, any number of times and at once. */
    record Compiled(WasmModule module, Function<Instance, Machine> machine, int codeBytes) implements Outcome {}

    /** It cannot, and will not the next time. */
    record Unusable(String reason) implements Outcome {}

    /** Compiling it was given up, which says as much of the machine as of the module: the next time may be another. */
    record GivenUp(String reason) implements Outcome {}

    /** Not now: the compiler is at work on others, or has no room. */
    record Busy(String reason) implements Outcome {}
}
