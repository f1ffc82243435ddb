package dev.pavise.proxy.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Reading;
import java.nio.file.Path;

/**
 * Reads a configuration file. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many of
 * them at once as can be told apart.
 */
public final class ConfigLoader {

    /** How many errors of one configuration are listed. */
    public static final int MOST_ERRORS = 20;

    /** Who reads, as errors call it. */
    static final String READER = "gateway";

    private ConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static ConfigResult load(Path file, EnvironmentLookup environment) {
        return load(file, environment, ConfigOverrides.NONE);
    }

    /** Reads a file; what the command line says goes before what the file says. */
    public static ConfigResult load(Path file, EnvironmentLookup environment, ConfigOverrides overrides) {
        Reading reading = new Reading(file, environment, READER, overrides.texts());
        GatewayConfig config = ConfigText.read(file, GatewaySection.SECTION, "one upstream and one route", reading);
        if (config == null || reading.failed()) {
            return new ConfigResult.Invalid(reading.errors(MOST_ERRORS), reading.files());
        }
        return new ConfigResult.Loaded(config, reading.files());
    }
}
