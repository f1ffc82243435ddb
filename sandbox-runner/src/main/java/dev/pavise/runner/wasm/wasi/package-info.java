/** WASI preview 1 as functions of the host: descriptors, paths, clocks, random; no sockets, and no path of the host. */
@NullMarked
package dev.pavise.runner.wasm.wasi;

import org.jspecify.annotations.NullMarked;
