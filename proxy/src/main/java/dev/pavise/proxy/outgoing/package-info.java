/** What the gateway itself asks of others: how it is asked, and how much of an answer is taken. */
@NullMarked
package dev.pavise.proxy.outgoing;

import org.jspecify.annotations.NullMarked;
