package dev.pavise.policy.condition;

import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims of a token as the evaluator takes them: the null of JSON has a value of its own there. */
final class ClaimValues {
    private ClaimValues() {}

    static Map<String, Object> all(Map<String, Object> claims) {
        Map<String, Object> all = new LinkedHashMap<>();
        claims.forEach((name, value) -> all.put(name, of(value)));
        return all;
    }

    static Object of(@Nullable Object value) {
        return switch (value) {
            case null -> NullValue.NULL_VALUE;
            case Map<?, ?> object -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                object.forEach((name, inner) -> copy.put(name, of(inner)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(inner -> copy.add(of(inner)));
                yield copy;
            }
            case Object plain -> plain;
        };
    }
}
