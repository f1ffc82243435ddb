package dev.pavise.auditlog;

import dev.pavise.auditlog.codec.WitnessKey;
import java.time.Duration;

/**
 * Who cosigns the checkpoints of a log, and how much hangs on it.
 *
 * @param key only what this key signed is believed to be a cosignature
 * @param every how often the newest checkpoint is sent; it is sent at close too
 * @param required whether records are refused while the newest cosignature is older than {@code maxAge}
 * @param maxAge how old the newest cosignature may become; while nothing is recorded it is renewed at half of it
 */
public record WitnessSettings(Witness witness, WitnessKey key, Duration every, boolean required, Duration maxAge) {
    public WitnessSettings {
        if (!every.isPositive() || maxAge.compareTo(every) < 0) {
            throw new IllegalArgumentException(
                    "a witness is asked more often than its cosignature grows too old, not every " + every
                            + " for one of " + maxAge);
        }
    }
}
