/** Runs WebAssembly modules of WASI preview 1: bounded compiling, a thread for each run, limits that hold, a file tree in memory. */
@NullMarked
package dev.pavise.runner.wasm;

import org.jspecify.annotations.NullMarked;
