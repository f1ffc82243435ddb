@NullMarked
package dev.pavise.auditlog;

import org.jspecify.annotations.NullMarked;
