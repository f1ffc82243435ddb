package dev.pavise.auditlog.export;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of an event; what is absent stays absent. */
final class OcsfObject {
    private final Map<String, Object> map = new LinkedHashMap<>();

    OcsfObject put(String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
        return this;
    }

    boolean has(String name) {
        return map.containsKey(name);
    }

    Map<String, Object> map() {
        return map;
    }
}
