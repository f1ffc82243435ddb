package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyFormat;
import java.time.Duration;

/**
 * The bounds of what can be made at run time.
 *
 * @param format of new keys, and the prefixes that are accepted
 * @param maxAge the longest life of a key
 * @param maxKeys how many keys may be live at a time; as many dead ones are remembered
 */
public record AccessSettings(KeyFormat format, Duration maxAge, int maxKeys) {
    /** How many roles may be bound at run time. */
    public static final int MAX_BINDINGS = 10_000;

    private static final Duration USUAL_AGE = Duration.ofDays(90);

    /** The life of a key whose maker names none. */
    Duration usualAge() {
        return maxAge.compareTo(USUAL_AGE) < 0 ? maxAge : USUAL_AGE;
    }
}
