/**
 * The way from a run into the network: a proxy outside of the sandbox, one for each run, that reaches the hosts of the manifest and
 * nothing else. {@link dev.pavise.runner.egress.EgressProxy} is the door; what may pass is decided by
 * {@link dev.pavise.runner.egress.Destinations}, which opens no socket.
 */
@NullMarked
package dev.pavise.runner.egress;

import org.jspecify.annotations.NullMarked;
