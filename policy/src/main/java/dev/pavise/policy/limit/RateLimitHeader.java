package dev.pavise.policy.limit;

/**
 * The fields {@code RateLimit} and {@code RateLimit-Policy} in the structured form of
 * draft-ietf-httpapi-ratelimit-headers-10. Several limits on one answer stand in one field, with {@code ", "} between.
 */
final class RateLimitHeader {
    // A limit's name is checked when it is made: printable, without quote or backslash.
    private RateLimitHeader() {}

    /** {@code "name";q=100;w=60}: the quota and its window in seconds. */
    static String policy(String name, Rate rate) {
        long window = Math.max(1, Math.ceilDiv(rate.per().toNanos(), 1_000_000_000L));
        return "\"" + name + "\";q=" + rate.count() + ";w=" + window;
    }

    /** {@code "name";r=57;t=12}: what remains, and the seconds until all of it is back. */
    static String state(String name, long remaining, long resetSeconds) {
        return "\"" + name + "\";r=" + remaining + ";t=" + resetSeconds;
    }
}
