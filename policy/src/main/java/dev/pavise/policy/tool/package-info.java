/** Tools: what a manifest says, who may sign it, what it may ask for, and the proof that all of it was checked. Nothing here opens a file or a socket. */
@NullMarked
package dev.pavise.policy.tool;

import org.jspecify.annotations.NullMarked;
