package dev.pavise.proxy.access;

import java.time.Instant;

/**
 * A role that was given at run time.
 *
 * @param principal the prefixed id
 * @param by the id of the principal that gave it
 */
public record StoredBinding(String principal, String role, Instant at, String by) {}
