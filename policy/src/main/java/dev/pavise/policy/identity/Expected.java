package dev.pavise.policy.identity;

/** What a claim must be. */
public sealed interface Expected {
    /** Exactly this. */
    record Exactly(String value) implements Expected {
        public Exactly {
            if (value.isBlank()) {
                throw new IllegalArgumentException("an expected claim is empty, give its value or leave it away");
            }
        }
    }

    /** Whatever it is, or none: only for an issuer with a shared secret, and warned about. */
    record Anything() implements Expected {}

    static Expected exactly(String value) {
        return new Exactly(value);
    }

    static Expected anything() {
        return new Anything();
    }
}
