package dev.pavise.k8s.inject.config;

import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.KeyHelp;
import dev.pavise.policy.config.LoadResult;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code injector.yaml}. Never throws for anything that a file may hold. */
public final class InjectorConfigLoader {
    private InjectorConfigLoader() {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static LoadResult<InjectorConfig> load(Path file, EnvironmentLookup environment) {
        return ConfigText.load(
                file, environment, "injector", InjectorSection.SECTION, "tls, namespace, sidecar and audit");
    }

    /** Reads the same file for injection into manifests: {@code sidecar} and {@code audit} are enough, and no certificate has to be there. */
    public static LoadResult<FileConfig> loadForFiles(Path file, EnvironmentLookup environment) {
        return ConfigText.load(file, environment, "command", InjectorSection.FOR_FILES, "sidecar and audit");
    }

    /** Every key, in order. */
    public static List<KeyHelp> keys() {
        return KeyHelp.of(InjectorSection.SECTION);
    }
}
