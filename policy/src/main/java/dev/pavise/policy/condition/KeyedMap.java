package dev.pavise.policy.condition;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map that is asked by key and never looked at as a whole, which {@link ExpressionCheck} sees to. Without entries to show, as the evaluator would
 * walk through all of them at each use, in search of values to convert: here they are converted when they are asked for.
 */
final class KeyedMap<V> extends AbstractMap<String, V> {
    private final Function<String, @Nullable V> values;

    KeyedMap(Function<String, @Nullable V> values) {
        this.values = values;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        return key instanceof String name ? values.apply(name) : null;
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return Set.of();
    }
}
