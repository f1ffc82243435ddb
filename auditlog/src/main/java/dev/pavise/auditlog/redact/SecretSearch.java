package dev.pavise.auditlog.redact;

/** Finds known secret values in texts. */
final class SecretSearch {
    /** The fewest characters of a value: shorter ones stand everywhere. */
    static final int LEAST = 8;

    private SecretSearch() {}

    static void check(String value) {
        if (value.length() < LEAST) {
            throw new IllegalArgumentException(
                    "a known value has " + value.length() + " characters, fewer than " + LEAST);
        }
    }
}
