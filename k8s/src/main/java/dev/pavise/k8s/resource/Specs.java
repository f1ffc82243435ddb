package dev.pavise.k8s.resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a resource asks for, in one form: equal specs are written the same, whatever the order in which the API server gave them. */
final class Specs {
    private Specs() {}

    static Map<String, Object> ofUnknown(Map<?, ?> map) {
        Map<String, Object> texts = new TreeMap<>();
        map.forEach((key, value) -> texts.put(String.valueOf(key), value));
        return ordered(texts);
    }

    @SuppressWarnings("NullAway") // a value of JSON may be null, which a TreeMap keeps
    static Map<String, Object> ordered(Map<String, Object> map) {
        Map<String, Object> ordered = new TreeMap<>();
        map.forEach((key, value) -> ordered.put(key, plain(value)));
        return Collections.unmodifiableMap(ordered);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> ofUnknown(map);
            case List<?> list -> {
                List<@Nullable Object> items = new ArrayList<>(list.size());
                list.forEach(item -> items.add(plain(item)));
                yield Collections.unmodifiableList(items);
            }
            case Integer whole -> (Object) whole.longValue();
            case Long whole -> whole;
            case Boolean truth -> truth;
            case Number number -> number.doubleValue();
            default -> value.toString();
        };
    }
}
