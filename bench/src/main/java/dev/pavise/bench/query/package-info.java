/** How long questions to a large audit trail take. */
@NullMarked
package dev.pavise.bench.query;

import org.jspecify.annotations.NullMarked;
