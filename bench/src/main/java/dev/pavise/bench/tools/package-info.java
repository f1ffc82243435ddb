/** What it costs to run a tool, and what is left when many have run. */
@NullMarked
package dev.pavise.bench.tools;

import org.jspecify.annotations.NullMarked;
