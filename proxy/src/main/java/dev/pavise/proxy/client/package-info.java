/** How a command finds a running gateway and talks to it. */
@NullMarked
package dev.pavise.proxy.client;

import org.jspecify.annotations.NullMarked;
