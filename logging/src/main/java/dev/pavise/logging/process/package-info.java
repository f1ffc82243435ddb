/** What every long-running process of ours has in common with the system that runs it. */
@NullMarked
package dev.pavise.logging.process;

import org.jspecify.annotations.NullMarked;
