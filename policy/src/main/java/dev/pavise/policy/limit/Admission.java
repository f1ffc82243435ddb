package dev.pavise.policy.limit;

/**
 * The answer of a limit. All times are rounded up to whole seconds, so that a client that waits them out finds its way
 * open.
 */
public sealed interface Admission {
    /** The limit that answered. */
    Limiter limiter();

    /** How many more would be admitted at once. */
    long remaining();

    /** Seconds until the key is back to its whole burst. */
    long resetSeconds();

    /** The {@code RateLimit} field for the answer. */
    default String header() {
        return RateLimitHeader.state(limiter().name(), remaining(), resetSeconds());
    }

    /** One place was taken. */
    record Admitted(Limiter limiter, long remaining, long resetSeconds) implements Admission {}

    /** None was free; nothing was taken. {@code retryAfterSeconds} is at least one. */
    record Throttled(Limiter limiter, long resetSeconds, long retryAfterSeconds) implements Admission {
        @Override
        public long remaining() {
            return 0;
        }
    }
}
