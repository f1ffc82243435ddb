package dev.pavise.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one load carries around: the file being read, the environment, and the errors and files met so far. */
final class Reading {

    /** Enough to choose the first ones in the order of the file from, and few enough for any file. */
    private static final int MOST_COLLECTED = 1000;

    private final Path file;
    private final EnvironmentLookup environment;
    private final ConfigOverrides overrides;
    private final List<ConfigError> errors;
    private final Set<Path> files;

    Reading(Path file, EnvironmentLookup environment, ConfigOverrides overrides) {
        this(file, environment, overrides, new ArrayList<>(), new LinkedHashSet<>());
    }

    private Reading(
            Path file,
            EnvironmentLookup environment,
            ConfigOverrides overrides,
            List<ConfigError> errors,
            Set<Path> files) {
        this.file = file;
        this.environment = environment;
        this.overrides = overrides;
        this.errors = errors;
        this.files = files;
        files.add(file);
    }

    /** The same load, in another file. */
    Reading in(Path other) {
        return new Reading(other, environment, overrides, errors, files);
    }

    Path file() {
        return file;
    }

    EnvironmentLookup environment() {
        return environment;
    }

    ConfigOverrides overrides() {
        return overrides;
    }

    /** A path as it stands in this file: relative ones start at the folder of the file. */
    Path resolve(String path) {
        Path folder = file.getParent();
        return (folder == null ? Path.of(path) : folder.resolve(path)).normalize();
    }

    /** Notes a file that the configuration names, so that its changes are seen. */
    void names(Path other) {
        files.add(other);
    }

    Place place(Cursor at) {
        return new Place(file, at.node().line(), at.node().column(), at.field());
    }

    void error(Cursor at, String message) {
        error(place(at), message);
    }

    void error(Place place, String message) {
        if (errors.size() < MOST_COLLECTED) errors.add(new ConfigError(place, message));
    }

    int errorCount() {
        return errors.size();
    }

    boolean failed() {
        return !errors.isEmpty();
    }

    /** The first errors in the order of the file, those of the file that was asked for before those of files it names. */
    List<ConfigError> errors(int most) {
        List<Path> order = List.copyOf(files);
        return errors.stream()
                .distinct()
                .sorted(Comparator.comparingInt(
                                (ConfigError e) -> order.indexOf(e.place().file()))
                        .thenComparingInt(e -> e.place().line())
                        .thenComparingInt(e -> e.place().column()))
                .limit(most)
                .toList();
    }

    List<Path> files() {
        return List.copyOf(files);
    }
}
