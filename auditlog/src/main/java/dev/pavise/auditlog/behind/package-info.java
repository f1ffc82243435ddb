/** How the threads behave that work behind the write path. */
@NullMarked
package dev.pavise.auditlog.behind;

import org.jspecify.annotations.NullMarked;
