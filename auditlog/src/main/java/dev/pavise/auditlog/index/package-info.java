/** What queries use so as to read less of the log: kept beside it, made from it again where it is missing, never believed over it. */
@NullMarked
package dev.pavise.auditlog.index;

import org.jspecify.annotations.NullMarked;
