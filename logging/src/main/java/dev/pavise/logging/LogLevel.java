package dev.pavise.logging;

import java.util.Locale;
import java.util.Optional;
import org.slf4j.event.Level;

/** The levels that {@code PAVISE_LOG_LEVEL} names. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    /** The level of this name, in upper or lower case; empty when there is none. */
    public static Optional<LogLevel> named(String name) {
        for (LogLevel level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    boolean admits(Level level) {
        return this != OFF && level.toInt() >= Level.valueOf(name()).toInt();
    }
}
