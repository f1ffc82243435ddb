/** Credentials: what a caller presents, how it is proven, and why not. Nothing here fetches anything. */
@NullMarked
package dev.pavise.policy.identity;

import org.jspecify.annotations.NullMarked;
