package dev.pavise.policy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one load carries around: the file being read, the environment, and the errors and files met so far. */
public final class Reading {

    /** Enough to choose the first ones in the order of the file from, and few enough for any file. */
    private static final int MOST_COLLECTED = 1000;

    private final Path file;
    private final EnvironmentLookup environment;
    private final String reader;
    private final boolean elsewhere;
    private final Map<String, String> overrides;
    private final List<ConfigError> errors;
    private final Set<Path> files;

    /**
     * A load that begins.
     *
     * @param reader who reads, as errors call it: {@code gateway}, {@code runner}
     * @param overrides what the command line says instead of values of the file, by name
     */
    public Reading(Path file, EnvironmentLookup environment, String reader, Map<String, String> overrides) {
        this(file, environment, reader, false, Map.copyOf(overrides), new ArrayList<>(), new LinkedHashSet<>());
    }

    /** A load of what another machine will read: the files it names lie there, so that they are neither looked for nor read. */
    public static Reading elsewhere(Path file, EnvironmentLookup environment, String reader) {
        return new Reading(file, environment, reader, true, Map.of(), new ArrayList<>(), new LinkedHashSet<>());
    }

    private Reading(
            Path file,
            EnvironmentLookup environment,
            String reader,
            boolean elsewhere,
            Map<String, String> overrides,
            List<ConfigError> errors,
            Set<Path> files) {
        this.file = file;
        this.environment = environment;
        this.reader = reader;
        this.elsewhere = elsewhere;
        this.overrides = overrides;
        this.errors = errors;
        this.files = files;
        files.add(file);
    }

    /** The same load, in another file. */
    public Reading in(Path other) {
        return new Reading(other, environment, reader, elsewhere, overrides, errors, files);
    }

    public Path file() {
        return file;
    }

    public EnvironmentLookup environment() {
        return environment;
    }

    /** Whose rights the files are read with, for an error. */
    public String user() {
        return "the " + reader + "'s user";
    }

    /** Whether the files that it names are those of another machine. */
    public boolean isElsewhere() {
        return elsewhere;
    }

    /** What the command line says instead of a value of the file; null where it says nothing. */
    public @Nullable String override(String name) {
        return overrides.get(name);
    }

    /** A path as it stands in this file: relative ones start at the folder of the file. */
    public Path resolve(String path) {
        Path folder = file.getParent();
        return (folder == null ? Path.of(path) : folder.resolve(path)).normalize();
    }

    /** Notes a file that the configuration names, so that its changes are seen. */
    public void names(Path other) {
        files.add(other);
    }

    public Place place(Cursor at) {
        return new Place(file, at.node().line(), at.node().column(), at.field());
    }

    public void error(Cursor at, String message) {
        error(place(at), message);
    }

    public void error(Place place, String message) {
        if (errors.size() < MOST_COLLECTED) errors.add(new ConfigError(place, message));
    }

    public int errorCount() {
        return errors.size();
    }

    public boolean failed() {
        return !errors.isEmpty();
    }

    /** The first errors in the order of the file, those of the file that was asked for before those of files it names. */
    public List<ConfigError> errors(int most) {
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

    public List<Path> files() {
        return List.copyOf(files);
    }
}
