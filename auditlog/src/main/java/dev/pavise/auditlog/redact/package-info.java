/** What is taken out of records before they are hashed and stored. Pure: no file, no thread, no clock. */
@NullMarked
package dev.pavise.auditlog.redact;

import org.jspecify.annotations.NullMarked;
