/** The keys of issuers that publish them: fetched over https, kept fresh, kept through outages. */
@NullMarked
package dev.pavise.proxy.issuer;

import org.jspecify.annotations.NullMarked;
