/** The one door of a runner, and what happens to a request that comes through it. */
@NullMarked
package dev.pavise.runner.server;

import org.jspecify.annotations.NullMarked;
