/** The file that says how a runner runs: strict, with a safe default for all that can have one. */
@NullMarked
package dev.pavise.runner.config;

import org.jspecify.annotations.NullMarked;
