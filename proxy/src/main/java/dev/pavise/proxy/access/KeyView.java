package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * A key as lists show it.
 *
 * @param lastUsed to about a second while the gateway runs, to a minute where it was killed; empty where it never was
 */
public record KeyView(KeyRecord record, KeyRecord.State state, Optional<Instant> lastUsed) {}
