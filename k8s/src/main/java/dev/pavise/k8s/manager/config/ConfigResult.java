package dev.pavise.k8s.manager.config;

import dev.pavise.policy.config.ConfigError;
import java.util.List;

/** What came of reading a configuration: all of it, or every reason why not. */
public sealed interface ConfigResult {
    /** A configuration in which every key can be honoured. */
    record Loaded(ManagerConfig config) implements ConfigResult {}

    /** At least one error; nothing of the file may be used. */
    record Invalid(List<ConfigError> errors) implements ConfigResult {
        /** Copies the list; without an error there is nothing invalid. */
        public Invalid {
            errors = List.copyOf(errors);
            if (errors.isEmpty()) {
                throw new IllegalArgumentException("an invalid configuration needs an error");
            }
        }
    }
}
