/** Segments as Chronicle Queue writes them; the only package that knows it. */
@NullMarked
package dev.pavise.auditlog.chronicle;

import org.jspecify.annotations.NullMarked;
