package dev.pavise.k8s.inject.config;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code injector.yaml}. Never throws for anything that a file may hold. */
public final class InjectorConfigLoader {
    private static final int MOST_ERRORS = 20;

    private InjectorConfigLoader() {}

    /** What came of it: all of it, or every reason why not. */
    public sealed interface Result {
        record Loaded(InjectorConfig config) implements Result {}

        record Invalid(List<ConfigError> errors) implements Result {
            public Invalid {
                errors = List.copyOf(errors);
            }
        }
    }

    /** What came of reading it where nothing is served. */
    public sealed interface FileResult {
        record Loaded(FileConfig config) implements FileResult {}

        record Invalid(List<ConfigError> errors) implements FileResult {
            public Invalid {
                errors = List.copyOf(errors);
            }
        }
    }

    /**
     * One key, for help.
     *
     * @param fallback its default in YAML; {@code required}, or {@code none} where there is neither
     */
    public record Help(String path, String fallback, String purpose) {}

    /** Reads a file, taking {@code ${VAR}} from the given environment. */
    public static Result load(Path file, EnvironmentLookup environment) {
        Reading reading = new Reading(file, environment, "injector", Map.of());
        InjectorConfig config =
                ConfigText.read(file, InjectorSection.SECTION, "tls, namespace, sidecar and audit", reading);
        return config == null || reading.failed()
                ? new Result.Invalid(reading.errors(MOST_ERRORS))
                : new Result.Loaded(config);
    }

    /** Reads the same file for injection into manifests: {@code sidecar} and {@code audit} are enough, and no certificate has to be there. */
    public static FileResult loadForFiles(Path file, EnvironmentLookup environment) {
        Reading reading = new Reading(file, environment, "command", Map.of());
        FileConfig config = ConfigText.read(file, InjectorSection.FOR_FILES, "sidecar and audit", reading);
        return config == null || reading.failed()
                ? new FileResult.Invalid(reading.errors(MOST_ERRORS))
                : new FileResult.Loaded(config);
    }

    /** Every key, in order. */
    public static List<Help> keys() {
        List<Help> keys = new ArrayList<>();
        add(keys, "", InjectorSection.SECTION);
        return keys;
    }

    private static void add(List<Help> keys, String before, Section<?> section) {
        for (Key<?> key : section.keys()) {
            if (key.shape() instanceof Section<?> inner) {
                add(keys, before + key.name() + ".", inner);
            } else {
                String fallback = key.fallback() == null ? key.required() ? "required" : "none" : key.fallback();
                keys.add(new Help(before + key.name(), fallback, key.purpose()));
            }
        }
    }
}
