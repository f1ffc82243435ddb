/** From bytes to something that can be run: what a module claims is checked, what it uses is known, then it is compiled to JVM classes. */
@NullMarked
package dev.pavise.runner.wasm.module;

import org.jspecify.annotations.NullMarked;
