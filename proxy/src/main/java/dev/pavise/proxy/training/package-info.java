/** Gives the ahead-of-time cache of the gateway something to learn from. */
@NullMarked
package dev.pavise.proxy.training;

import org.jspecify.annotations.NullMarked;
