package dev.pavise.proxy.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Reading;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many of
 * them at once as can be told apart.
 */
public final class ConfigLoader {

    /** How many errors of one configuration are listed. */
    public static final int MOST_ERRORS = 20;

    /** Who reads, as errors call it. */
    static final String READER = "gateway";

    private static final String LEAST = "one upstream and one route";

    private ConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static ConfigResult load(Path file, EnvironmentLookup environment) {
        return load(file, environment, ConfigOverrides.NONE);
    }

    /** Reads a file; what the command line says goes before what the file says. */
    public static ConfigResult load(Path file, EnvironmentLookup environment, ConfigOverrides overrides) {
        Reading reading = new Reading(file, environment, READER, overrides.texts());
        return result(ConfigText.read(file, GatewaySection.SECTION, LEAST, reading), reading);
    }

    /**
     * Reads the text that a gateway elsewhere will have as this file: the same checks, but for the files that it names, which lie there.
     *
     * @param environment what the gateway will find in its environment, as far as that is known here
     */
    public static ConfigResult readFor(Path file, String text, EnvironmentLookup environment) {
        Reading reading = Reading.elsewhere(file, environment, READER);
        return result(ConfigText.parse(text, file, GatewaySection.SECTION, LEAST, reading), reading);
    }

    private static ConfigResult result(@Nullable GatewayConfig config, Reading reading) {
        if (config == null || reading.failed()) {
            return new ConfigResult.Invalid(reading.errors(MOST_ERRORS), reading.files());
        }
        return new ConfigResult.Loaded(config, reading.files());
    }
}
