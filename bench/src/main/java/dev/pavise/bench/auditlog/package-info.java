/** The way of an audit record into the log: what it costs, and the designs that were weighed against each other. */
@NullMarked
package dev.pavise.bench.auditlog;

import org.jspecify.annotations.NullMarked;
