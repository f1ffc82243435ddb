/** Makes certificates, and keeps the books of a certificate authority in a folder. Knows nothing of TLS connections. */
@NullMarked
package dev.pavise.proxy.pki;

import org.jspecify.annotations.NullMarked;
