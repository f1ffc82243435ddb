package dev.pavise.policy.config;

import org.jspecify.annotations.Nullable;

/** Reads environment variables, so that loading can be tried without an environment. */
@FunctionalInterface
public interface EnvironmentLookup {

    /** The value of a variable, or null where it is not set. */
    @Nullable
    public String get(String name);

    /** The environment of this process. */
    static EnvironmentLookup ofProcess() {
        return System::getenv;
    }
}
