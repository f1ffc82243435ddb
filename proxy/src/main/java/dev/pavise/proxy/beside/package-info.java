/** The runner that a gateway starts beside itself: whom it runs as, what it is told, and that it ends with the gateway. */
@NullMarked
package dev.pavise.proxy.beside;

import org.jspecify.annotations.NullMarked;
