/**
 * Runs native programs in Linux namespaces, built by bubblewrap and narrowed by what the kernel has beside them. One class for each
 * mechanism; {@link dev.pavise.runner.sandbox.NativeBackend} puts them in order.
 */
@NullMarked
package dev.pavise.runner.sandbox;

import org.jspecify.annotations.NullMarked;
