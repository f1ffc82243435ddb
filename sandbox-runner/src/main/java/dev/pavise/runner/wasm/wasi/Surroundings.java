package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Violation;
import dev.pavise.runner.wasm.files.MemoryLedger;
import dev.pavise.runner.wasm.files.Space;
import dev.pavise.runner.wasm.files.Tree;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a module finds around it.
 *
 * @param name what it is called by: its first argument
 * @param descriptors how many it may have open
 * @param realtimeNs nanoseconds since 1970
 * @param monotonicNs nanoseconds since the run began
 * @param cpuNs CPU time of the run so far
 * @param violations told of what the module tried beyond its grants
 */
public record Surroundings(
        String name,
        RunInput input,
        Tree tree,
        Sink sink,
        int descriptors,
        SecureRandom random,
        LongSupplier realtimeNs,
        LongSupplier monotonicNs,
        LongSupplier cpuNs,
        Consumer<Violation> violations) {
    /** Of no run: for asking what is offered. */
    static final Surroundings NOWHERE = new Surroundings(
            "",
            RunInput.of(Duration.ofSeconds(1)),
            new Tree(new Space(new MemoryLedger(Integer.MAX_VALUE), 0, 1), () -> 0),
            (_, _, _) -> {},
            0,
            new SecureRandom(),
            () -> 0,
            () -> 0,
            () -> 0,
            _ -> {});

    // The input may hold secrets.
    @Override
    public String toString() {
        return "Surroundings[" + name + "]";
    }
}
