/** The files that one run sees: a tree in memory, filled from granted folders before it and written back after it. */
@NullMarked
package dev.pavise.runner.wasm.files;

import org.jspecify.annotations.NullMarked;
