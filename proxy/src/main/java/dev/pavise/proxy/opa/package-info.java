/** Decisions that are made outside, by an Open Policy Agent or what speaks as it does. Fails closed. */
@NullMarked
package dev.pavise.proxy.opa;

import org.jspecify.annotations.NullMarked;
