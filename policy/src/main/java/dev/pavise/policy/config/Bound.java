package dev.pavise.policy.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one section after its keys were read, for the code that makes the record of it. A value that was wrong has been
 * reported and counts as left out, so that what else is wrong is found too; {@link #mentions} tells the two apart.
 */
public final class Bound {

    private final Cursor at;
    private final Reading reading;
    private final Map<String, Cursor> cursors;
    private final Map<String, Object> values;

    public Bound(Cursor at, Reading reading, Map<String, Cursor> cursors, Map<String, Object> values) {
        this.at = at;
        this.reading = reading;
        this.cursors = cursors;
        this.values = values;
    }

    /** The value of a key that is required or has a default. */
    public <T> T get(Key<T> key) {
        T value = find(key);
        if (value == null) throw new IllegalStateException("`" + key.name() + "` has neither a value nor a default");
        return value;
    }

    /** The value of a key, or null where it was left out. */
    @SuppressWarnings("unchecked") // Section puts under a key's name only what that key's shape read
    public <T> @Nullable T find(Key<T> key) {
        return (T) values.get(key.name());
    }

    /** Whether the key stands in the file, be its value right or wrong. */
    public boolean mentions(Key<?> key) {
        return cursors.containsKey(key.name());
    }

    /** Whether the mapping at a key in the file has a certain key in turn, be its value right or wrong. */
    public boolean mentions(Key<?> key, String inner) {
        Cursor cursor = cursors.get(key.name());
        return cursor != null && cursor.names().contains(inner);
    }

    /** What stands at a key in the file. */
    public @Nullable Cursor cursor(Key<?> key) {
        return cursors.get(key.name());
    }

    public Place place() {
        return reading.place(at);
    }

    public Reading reading() {
        return reading;
    }

    /** An error of the section as a whole. */
    public void error(String message) {
        reading.error(at, message);
    }

    /** An error of one key, in words that go on from its name: where the key does not stand in the file, the name goes before. */
    public void errorOf(Key<?> key, String words) {
        error(key, mentions(key) ? words : "`" + key.name() + "` " + words);
    }

    /** An error of one key. */
    public void error(Key<?> key, String message) {
        Cursor cursor = cursors.get(key.name());
        reading.error(cursor == null ? at : cursor, message);
    }
}
