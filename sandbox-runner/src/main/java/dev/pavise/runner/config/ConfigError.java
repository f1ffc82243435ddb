package dev.pavise.runner.config;

import java.nio.file.Path;

/**
 * What keeps a file from being used, and where. Lines and columns count from 1; {@code field} is the path of keys that leads there, empty for the
 * file as a whole. It prints in the form of compilers, which editors and terminals turn into links.
 */
public record ConfigError(Path file, int line, int column, String field, String message) {
    @Override
    public String toString() {
        String place = file + ":" + line + ":" + column + ": ";
        return field.isEmpty() ? place + message : place + field + ": " + message;
    }
}
