/** Heads of messages: read, cleaned and written. */
@NullMarked
package dev.pavise.bench.http;

import org.jspecify.annotations.NullMarked;
