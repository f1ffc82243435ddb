package dev.pavise.policy.condition;

import dev.cel.common.values.ErrorValue;
import dev.cel.common.values.NullValue;
import dev.pavise.policy.Quoted;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a part as text: short, on one line, and with texts in quotes. */
final class ShownValue {
    private static final int ITEMS = 8;

    private ShownValue() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "unknown";
            case NullValue ignored -> "null";
            case ErrorValue ignored -> "an error";
            case String text -> "'" + Quoted.of(text) + "'";
            case Map<?, ?> map -> map.size() + " entries";
            case List<?> list -> list(list);
            case Object other -> Quoted.of(String.valueOf(other));
        };
    }

    private static String list(List<?> list) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < Math.min(ITEMS, list.size()); i++) {
            text.append(i == 0 ? "" : ", ").append(of(list.get(i)));
        }
        return text.append(list.size() > ITEMS ? ", ...]" : "]").toString();
    }
}
