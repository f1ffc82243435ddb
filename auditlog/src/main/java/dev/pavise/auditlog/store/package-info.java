/** A running log: one writer, its signatures, its room on the disk, its mirror. */
@NullMarked
package dev.pavise.auditlog.store;

import org.jspecify.annotations.NullMarked;
