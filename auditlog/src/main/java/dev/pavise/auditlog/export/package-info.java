/** Records in the forms that others read: the stored lines, OCSF, CEF; into a file that can be gone on with. */
@NullMarked
package dev.pavise.auditlog.export;

import org.jspecify.annotations.NullMarked;
