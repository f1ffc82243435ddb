/** Signatures inside WebAssembly modules. Nothing here opens a file. */
@NullMarked
package dev.pavise.policy.module;

import org.jspecify.annotations.NullMarked;
