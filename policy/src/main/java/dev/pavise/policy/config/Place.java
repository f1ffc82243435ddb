package dev.pavise.policy.config;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where in a file something stands. Lines and columns count from 1; {@code field} is the path of keys that leads there, such as
 * {@code routes[2].match.path}, and empty for the file as a whole.
 */
public record Place(Path file, int line, int column, String field) {

    /** Checks its parts. */
    public Place {
        Objects.requireNonNull(file);
        Objects.requireNonNull(field);
    }

    /** The beginning of a file. */
    public static Place startOf(Path file) {
        return new Place(file, 1, 1, "");
    }

    /** The form compilers use, which editors and terminals turn into links. */
    @Override
    public String toString() {
        String position = file + ":" + line + ":" + column;
        return field.isEmpty() ? position : position + ": " + field;
    }
}
