/** Whom a runner believes: the keys that may sign tools. */
@NullMarked
package dev.pavise.runner.trust;

import org.jspecify.annotations.NullMarked;
