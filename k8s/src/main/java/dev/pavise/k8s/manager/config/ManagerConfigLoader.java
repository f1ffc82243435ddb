package dev.pavise.k8s.manager.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.KeyHelp;
import dev.pavise.policy.config.LoadResult;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code manager.yaml}. Never throws for anything that a file may hold: whatever is wrong comes back as errors, as many at once as can be told apart. */
public final class ManagerConfigLoader {
    private ManagerConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static LoadResult<ManagerConfig> load(Path file, EnvironmentLookup environment) {
        return ConfigText.load(file, environment, "manager", ManagerSection.SECTION, "listen: \"0.0.0.0:8443\"");
    }

    /** Every key, in order. */
    public static List<KeyHelp> keys() {
        return KeyHelp.of(ManagerSection.SECTION);
    }
}
