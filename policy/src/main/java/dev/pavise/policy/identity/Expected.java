package dev.pavise.policy.identity;

import java.util.Collection;
import java.util.Set;

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

    /** One of these: only for the audience. */
    record OneOf(Set<String> values) implements Expected {
        public OneOf {
            values = Set.copyOf(values);
            if (values.isEmpty() || values.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException("an expected claim is empty, give its values or leave it away");
            }
        }
    }

    /** Whatever it is, or none: only for an issuer with a shared secret, and warned about. */
    record Anything() implements Expected {}

    static Expected exactly(String value) {
        return new Exactly(value);
    }

    static Expected oneOf(Collection<String> values) {
        return new OneOf(Set.copyOf(values));
    }

    static Expected anything() {
        return new Anything();
    }
}
