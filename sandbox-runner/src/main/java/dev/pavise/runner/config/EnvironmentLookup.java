package dev.pavise.runner.config;

import org.jspecify.annotations.Nullable;

/** Where the values of {@code ${VAR}} come from. */
@FunctionalInterface
public interface EnvironmentLookup {
    /** The value, or null where the variable is not set. */
    @Nullable
    String get(String name);

    /** The environment of this process. */
    static EnvironmentLookup ofProcess() {
        return System::getenv;
    }
}
