/** What a configuration would say to a request that somebody describes, and why: the way of a request without connections, shared with the gateway from the route on. */
@NullMarked
package dev.pavise.proxy.explain;

import org.jspecify.annotations.NullMarked;
