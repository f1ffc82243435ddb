/** What a run did, signed. */
@NullMarked
package dev.pavise.runner.receipt;

import org.jspecify.annotations.NullMarked;
