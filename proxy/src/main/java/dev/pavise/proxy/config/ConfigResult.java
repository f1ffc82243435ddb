package dev.pavise.proxy.config;

import dev.pavise.policy.config.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What came of reading a configuration: all of it, or every reason why not. */
public sealed interface ConfigResult {

    /** The files that were read or are named, whether they exist or not: the ones to watch for changes. */
    List<Path> files();

    /** A configuration in which every key could be honoured. */
    record Loaded(GatewayConfig config, List<Path> files) implements ConfigResult {

        /** Copies the list. */
        public Loaded {
            Objects.requireNonNull(config);
            files = List.copyOf(files);
        }
    }

    /** At least one error; nothing of this file may be used. At most {@link ConfigLoader#MOST_ERRORS} are listed. */
    record Invalid(List<ConfigError> errors, List<Path> files) implements ConfigResult {

        /** Copies the lists; without an error there is nothing invalid. */
        public Invalid {
            errors = List.copyOf(errors);
            files = List.copyOf(files);
            if (errors.isEmpty()) throw new IllegalArgumentException("an invalid configuration needs an error");
        }
    }
}
