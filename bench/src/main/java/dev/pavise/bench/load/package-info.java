/** Loads on a whole gateway process, each a program of its own that needs nothing but the JDK. */
@NullMarked
package dev.pavise.bench.load;

import org.jspecify.annotations.NullMarked;
