/** Who runs next, and who has to come back later. */
@NullMarked
package dev.pavise.runner.queue;

import org.jspecify.annotations.NullMarked;
