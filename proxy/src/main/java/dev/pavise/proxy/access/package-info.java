/** What operators give and take while the gateway runs: API keys and bindings. */
@NullMarked
package dev.pavise.proxy.access;

import org.jspecify.annotations.NullMarked;
