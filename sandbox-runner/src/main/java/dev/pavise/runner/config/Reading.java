package dev.pavise.runner.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What one load carries around: the file being read, the environment, and the errors met so far. */
final class Reading {
    /** Enough to choose the first ones in the order of the file from, and few enough for any file. */
    private static final int MOST_COLLECTED = 1000;

    private final Path file;
    private final EnvironmentLookup environment;
    private final List<ConfigError> errors = new ArrayList<>();

    Reading(Path file, EnvironmentLookup environment) {
        this.file = file;
        this.environment = environment;
    }

    EnvironmentLookup environment() {
        return environment;
    }

    /** A path as it stands in this file: relative ones start at the folder of the file. */
    Path resolve(String path) {
        Path folder = file.getParent();
        return (folder == null ? Path.of(path) : folder.resolve(path)).normalize();
    }

    void error(Cursor at, String message) {
        error(at.node().line(), at.node().column(), at.field(), message);
    }

    void error(int line, int column, String field, String message) {
        if (errors.size() < MOST_COLLECTED) {
            errors.add(new ConfigError(file, line, column, field, message));
        }
    }

    boolean failed() {
        return !errors.isEmpty();
    }

    /** The first errors in the order of the file. */
    List<ConfigError> errors(int most) {
        return errors.stream()
                .distinct()
                .sorted(Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column))
                .limit(most)
                .toList();
    }
}
