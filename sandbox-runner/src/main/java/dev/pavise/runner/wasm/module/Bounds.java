package dev.pavise.runner.wasm.module;

import java.time.Duration;

/**
 * How much a module may cost before it runs. All of it is known or measured while compiling.
 *
 * @param moduleBytes of the whole file
 * @param codeBytes of all functions together; compiling takes some hundred times as much memory
 * @param functions that the module defines
 * @param locals of one function
 * @param tableEntries of all tables together, at the start and later
 * @param compileTime from the bytes to classes
 */
public record Bounds(
        int moduleBytes, int codeBytes, int functions, int locals, int tableEntries, Duration compileTime) {
    /** For modules of the size that compilers make of large programs. */
    public static final Bounds DEFAULT =
            new Bounds(32 * 1024 * 1024, 4 * 1024 * 1024, 20_000, 5_000, 100_000, Duration.ofSeconds(20));
}
