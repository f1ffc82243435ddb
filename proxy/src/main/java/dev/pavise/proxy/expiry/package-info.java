/** When certificates and revocation lists end, which ones a configuration names, and who has to hear of it. */
@NullMarked
package dev.pavise.proxy.expiry;

import org.jspecify.annotations.NullMarked;
