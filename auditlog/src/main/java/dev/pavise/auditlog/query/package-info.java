/** Finds and exports records, of a running log and of a folder alike. */
@NullMarked
package dev.pavise.auditlog.query;

import org.jspecify.annotations.NullMarked;
