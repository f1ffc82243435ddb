/** API keys and bindings that are made at run time: the embedded store they live in, and the changes that can be made to them. */
@NullMarked
package dev.pavise.proxy.access;

import org.jspecify.annotations.NullMarked;
