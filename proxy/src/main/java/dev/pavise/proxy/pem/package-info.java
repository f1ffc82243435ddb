/** PEM files: keys, certificates, revocation lists. Knows their form and their strength, and nothing of what they are good for. */
@NullMarked
package dev.pavise.proxy.pem;

import org.jspecify.annotations.NullMarked;
