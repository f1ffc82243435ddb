package dev.pavise.proxy.config;

import java.nio.file.Path;
import java.util.List;

/** Reads a configuration file. Never throws for anything that a file may hold. */
public final class ConfigLoader {

    /** How many errors of one configuration are listed. */
    public static final int MOST_ERRORS = 20;

    private ConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static ConfigResult load(Path file, EnvironmentLookup environment) {
        return load(file, environment, ConfigOverrides.NONE);
    }

    /** Reads a file; what the command line says goes before what the file says. */
    public static ConfigResult load(Path file, EnvironmentLookup environment, ConfigOverrides overrides) {
        return new ConfigResult.Invalid(List.of(new ConfigError(Place.startOf(file), "cannot be read")), List.of(file));
    }
}
