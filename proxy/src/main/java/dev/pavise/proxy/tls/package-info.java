/** Certificates and their checks: from PEM files to TLS contexts, and from a handshake to a {@link Peer}. */
@NullMarked
package dev.pavise.proxy.tls;

import org.jspecify.annotations.NullMarked;
