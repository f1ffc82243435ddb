/** Audit records and the log they are appended to; start with {@link dev.pavise.auditlog.AuditStore}. */
@NullMarked
package dev.pavise.auditlog;

import org.jspecify.annotations.NullMarked;
