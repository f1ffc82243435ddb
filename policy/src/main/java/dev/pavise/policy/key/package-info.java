/** API keys: their text, what is kept of them, and the ring that requests look them up in. Nothing here reads or writes a file. */
@NullMarked
package dev.pavise.policy.key;

import org.jspecify.annotations.NullMarked;
