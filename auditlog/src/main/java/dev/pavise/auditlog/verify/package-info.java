/** Tells whether an audit folder is whole. */
@NullMarked
package dev.pavise.auditlog.verify;

import org.jspecify.annotations.NullMarked;
