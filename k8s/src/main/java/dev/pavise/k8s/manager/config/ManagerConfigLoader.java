package dev.pavise.k8s.manager.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Reading;
import java.nio.file.Path;
import java.util.Map;

/** Reads {@code manager.yaml}. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many at once as can be told apart. */
public final class ManagerConfigLoader {
    /** How many errors of one configuration are listed. */
    private static final int MOST_ERRORS = 20;

    private ManagerConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static ConfigResult load(Path file, EnvironmentLookup environment) {
        Reading reading = new Reading(file, environment, "manager", Map.of());
        ManagerConfig config = ConfigText.read(file, ManagerSection.SECTION, "listen: \"0.0.0.0:8443\"", reading);
        return config == null || reading.failed()
                ? new ConfigResult.Invalid(reading.errors(MOST_ERRORS))
                : new ConfigResult.Loaded(config);
    }
}
