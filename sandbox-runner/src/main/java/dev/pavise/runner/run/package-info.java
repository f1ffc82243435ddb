/** What every backend that runs tools has in common: what goes in, what limits hold, what comes out. */
@NullMarked
package dev.pavise.runner.run;

import org.jspecify.annotations.NullMarked;
