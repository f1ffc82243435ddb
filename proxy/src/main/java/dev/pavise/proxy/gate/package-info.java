/** What happens to a request: pure decisions over one immutable snapshot. Touches no socket. */
@NullMarked
package dev.pavise.proxy.gate;

import org.jspecify.annotations.NullMarked;
