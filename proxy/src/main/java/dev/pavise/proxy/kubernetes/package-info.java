/** What a gateway knows of the cluster around it, and whom it asks to act in it: it holds no credentials of the cluster. */
@NullMarked
package dev.pavise.proxy.kubernetes;

import org.jspecify.annotations.NullMarked;
