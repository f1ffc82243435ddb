/** Proofs that can be carried away: of one record, and that one checkpoint's log is the beginning of another's. */
@NullMarked
package dev.pavise.auditlog.proof;

import org.jspecify.annotations.NullMarked;
