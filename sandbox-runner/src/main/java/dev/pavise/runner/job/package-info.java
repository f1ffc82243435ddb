/** One run that a gateway asks for, from its request to its receipt. */
@NullMarked
package dev.pavise.runner.job;

import org.jspecify.annotations.NullMarked;
