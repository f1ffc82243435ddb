/** What a runner counts. */
@NullMarked
package dev.pavise.runner.metrics;

import org.jspecify.annotations.NullMarked;
