package dev.pavise.runner.wasm;

import dev.pavise.runner.wasm.module.Bounds;

/**
 * What the backend as a whole may take. The limits of a run come with the run.
 *
 * @param bounds of a module
 * @param cachedModules compiled modules that are kept
 * @param runs at once
 * @param memoryBytes of the Java heap, for the limits on memory of all runs at once together: a run whose limit does not fit does not start
 */
public record WasmSettings(Bounds bounds, int cachedModules, int runs, long memoryBytes) {
    /** Half of the heap for the runs. */
    public static WasmSettings ofHeap() {
        return new WasmSettings(
                Bounds.DEFAULT, 32, 64, Runtime.getRuntime().maxMemory() / 2);
    }

    public WasmSettings {
        if (cachedModules < 1 || runs < 1 || memoryBytes < 1) {
            throw new IllegalArgumentException("the settings for WebAssembly leave room for no run at all");
        }
    }
}
