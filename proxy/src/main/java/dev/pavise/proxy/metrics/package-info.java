/** The figures that Prometheus scrapes. */
@NullMarked
package dev.pavise.proxy.metrics;

import org.jspecify.annotations.NullMarked;
