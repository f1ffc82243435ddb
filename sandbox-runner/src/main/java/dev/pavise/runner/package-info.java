/** The process that verifies a tool again and runs it contained. */
@NullMarked
package dev.pavise.runner;

import org.jspecify.annotations.NullMarked;
