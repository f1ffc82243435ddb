package dev.pavise.policy.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand at a place: reads it, and describes it for the schema. */
public interface Shape<T> {

    /** The value; null after an error was reported. */
    @Nullable
    T read(Cursor at, Reading reading);

    /** The JSON Schema for the same. */
    Map<String, Object> schema();
}
