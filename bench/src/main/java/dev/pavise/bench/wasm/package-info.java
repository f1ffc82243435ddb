/** What it costs to run a WebAssembly tool. */
@NullMarked
package dev.pavise.bench.wasm;

import org.jspecify.annotations.NullMarked;
