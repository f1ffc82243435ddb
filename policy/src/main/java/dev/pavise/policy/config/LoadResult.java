package dev.pavise.policy.config;

import java.util.List;
import java.util.Objects;

/**
 * What came of reading a configuration: all of it, or every reason why not.
 *
 * @param <T> the record it is read into
 */
public sealed interface LoadResult<T> {
    /** A configuration in which every key can be honoured. */
    record Loaded<T>(T config) implements LoadResult<T> {
        /** There is one. */
        public Loaded {
            Objects.requireNonNull(config);
        }
    }

    /** At least one error; nothing of the file may be used. */
    record Invalid<T>(List<ConfigError> errors) implements LoadResult<T> {
        /** Copies the list; without an error there is nothing invalid. */
        public Invalid {
            errors = List.copyOf(errors);
            if (errors.isEmpty()) {
                throw new IllegalArgumentException("an invalid configuration needs an error");
            }
        }
    }
}
