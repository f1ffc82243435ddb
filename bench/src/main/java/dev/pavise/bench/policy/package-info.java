/** Benchmarks of decisions, limits and proofs of identity, each on its own. */
@NullMarked
package dev.pavise.bench.policy;

import org.jspecify.annotations.NullMarked;
