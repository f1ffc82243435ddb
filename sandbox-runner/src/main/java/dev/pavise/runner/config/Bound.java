package dev.pavise.runner.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of one section after its keys were read, for the code that makes the record of it. */
final class Bound {
    private final Cursor at;
    private final Reading reading;
    private final Map<String, Cursor> cursors;
    private final Map<String, Object> values;

    Bound(Cursor at, Reading reading, Map<String, Cursor> cursors, Map<String, Object> values) {
        this.at = at;
        this.reading = reading;
        this.cursors = cursors;
        this.values = values;
    }

    /** The value of a key that is required or has a default. */
    <T> T get(Key<T> key) {
        T value = find(key);
        if (value == null) {
            throw new IllegalStateException("`" + key.name() + "` has neither a value nor a default");
        }
        return value;
    }

    /** The value of a key, or null where it was left out. */
    @SuppressWarnings("unchecked") // Section puts under a key's name only what that key's shape read
    <T> @Nullable T find(Key<T> key) {
        return (T) values.get(key.name());
    }

    /** An error of one key. */
    void error(Key<?> key, String message) {
        Cursor cursor = cursors.get(key.name());
        if (cursor == null) {
            reading.error(at, "`" + key.name() + "` " + message);
        } else {
            reading.error(cursor, message);
        }
    }
}
