/** The files of an audit folder, read: strict, bounded, and without a write of any kind. */
@NullMarked
package dev.pavise.auditlog.segment;

import org.jspecify.annotations.NullMarked;
