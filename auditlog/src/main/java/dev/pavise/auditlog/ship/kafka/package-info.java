/** Kafka as a destination; the only package that knows its client. */
@NullMarked
package dev.pavise.auditlog.ship.kafka;

import org.jspecify.annotations.NullMarked;
