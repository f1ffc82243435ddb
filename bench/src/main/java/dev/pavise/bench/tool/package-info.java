/** Tools for benchmarks of the sandbox. */
@NullMarked
package dev.pavise.bench.tool;

import org.jspecify.annotations.NullMarked;
