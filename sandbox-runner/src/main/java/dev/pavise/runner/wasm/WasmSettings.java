package dev.pavise.runner.wasm;

import dev.pavise.runner.wasm.module.Bounds;

/**
 * What the backend as a whole may take. The limits of a run come with the run.
 *
 * @param bounds of a module
 * @param cachedModules compiled modules that are kept
 * @param cachedCodeBytes of code in them, together; kept code takes some fifty times as much heap
 * @param runs at once
 * @param memoryBytes of the Java heap, for the limits on memory of all runs at once, and for compiling, together: a run whose limit does not fit does not start
 */
public record WasmSettings(Bounds bounds, int cachedModules, long cachedCodeBytes, int runs, long memoryBytes) {
    /** Half of the heap for runs, about a fifth for modules that are kept. */
    public static WasmSettings ofHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        return new WasmSettings(Bounds.DEFAULT, 32, heap / 256, 64, heap / 2);
    }

    public WasmSettings {
        if (cachedModules < 1 || cachedCodeBytes < 1 || runs < 1 || memoryBytes < 1) {
            throw new IllegalArgumentException("the settings for WebAssembly leave room for no run at all");
        }
    }
}
