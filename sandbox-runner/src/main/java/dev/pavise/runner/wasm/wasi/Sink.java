package dev.pavise.runner.wasm.wasi;

import dev.pavise.runner.run.Output;

/** Takes what a module writes to its standard streams. */
@FunctionalInterface
public interface Sink {
    /** Throws {@link Stopped} when the module has written more than it may. */
    void write(Output.Stream stream, byte[] from, int length);
}
