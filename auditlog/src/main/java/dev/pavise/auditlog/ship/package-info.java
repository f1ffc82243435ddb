/** Sends records on as they are stored, behind the write path: at least once, in their order, and nothing passed over in silence. */
@NullMarked
package dev.pavise.auditlog.ship;

import org.jspecify.annotations.NullMarked;
