/** How fast an audit log is checked. */
@NullMarked
package dev.pavise.bench.verify;

import org.jspecify.annotations.NullMarked;
