package dev.pavise.policy.config;

import java.util.Objects;

/**
 * One thing that is wrong with a configuration. The message names what was found, what is allowed and, for a misspelt key, the
 * nearest known one. It never holds a secret: where a value came from the environment or a file, the message shows the
 * reference as it stands in the text.
 */
public record ConfigError(Place place, String message) {

    /** Checks its parts. */
    public ConfigError {
        Objects.requireNonNull(place);
        Objects.requireNonNull(message);
    }

    @Override
    public String toString() {
        return place + ": " + message;
    }
}
