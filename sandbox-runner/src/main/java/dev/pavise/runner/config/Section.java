package dev.pavise.runner.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A mapping with known keys, read into one record. Every other key is an error. */
final class Section<T> implements Shape<T> {
    private final Map<String, Key<?>> keys = new LinkedHashMap<>();
    private final Function<Bound, T> maker;

    private Section(List<Key<?>> keys, Function<Bound, T> maker) {
        for (Key<?> key : keys) {
            if (this.keys.put(key.name(), key) != null) {
                throw new IllegalArgumentException(key.name() + " twice");
            }
        }
        this.maker = maker;
    }

    /** The maker is called even where a value was wrong and its default stands in for it; never where a required one is missing. */
    static <T> Section<T> of(List<Key<?>> keys, Function<Bound, T> maker) {
        return new Section<>(keys, maker);
    }

    List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    @Override
    public @Nullable T read(Cursor at, Reading reading) {
        if (!(at.node() instanceof YamlNode.Mapping mapping)) {
            String known = String.join(", ", keys.keySet());
            reading.error(at, Scalars.found(at.node()) + "; expected a mapping with: " + known);
            return null;
        }
        Map<String, Cursor> cursors = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            readEntry(at, entry, reading, cursors, values);
        }
        boolean whole = true;
        for (Key<?> key : keys.values()) {
            whole &= fill(at, key, reading, cursors, values);
        }
        return whole ? maker.apply(new Bound(at, reading, cursors, values)) : null;
    }

    private void readEntry(
            Cursor at, YamlNode.Entry entry, Reading reading, Map<String, Cursor> cursors, Map<String, Object> values) {
        if (!(entry.key() instanceof YamlNode.Scalar name)) {
            reading.error(
                    at.key("?", entry.key()),
                    "a key is a text, not " + entry.key().kind());
            return;
        }
        Key<?> key = keys.get(name.text());
        Cursor atKey = at.key(Scalars.shown(name.text()), name);
        if (key == null) {
            reading.error(atKey, unknown(name.text()));
        } else if (cursors.putIfAbsent(key.name(), at.key(key.name(), entry.value())) != null) {
            reading.error(atKey, "stands here twice; keep one");
        } else {
            Object value = key.shape().read(at.key(key.name(), entry.value()), reading);
            if (value != null) {
                values.put(key.name(), value);
            }
        }
    }

    private String unknown(String name) {
        String nearest = Nearest.to(name, keys.keySet())
                .map(near -> "did you mean `" + near + "`? ")
                .orElse("");
        return "is not a known key; " + nearest + "known here: " + String.join(", ", keys.keySet());
    }

    // A wrong value has been reported and is replaced by the default, only to find what else is wrong.
    private static boolean fill(
            Cursor at, Key<?> key, Reading reading, Map<String, Cursor> cursors, Map<String, Object> values) {
        if (values.containsKey(key.name())) {
            return true;
        }
        String fallback = key.fallback();
        if (fallback != null) {
            values.put(key.name(), Objects.requireNonNull(standard(key, fallback, reading)));
            return true;
        }
        if (key.required() && !cursors.containsKey(key.name())) {
            reading.error(at, "`" + key.name() + "` is missing: " + key.purpose());
        }
        return !key.required();
    }

    private static @Nullable Object standard(Key<?> key, String fallback, Reading reading) {
        try {
            YamlNode node = Objects.requireNonNull(YamlTree.parse(fallback));
            return key.shape().read(new Cursor(node, key.name()), reading);
        } catch (BadYamlException e) {
            throw new IllegalStateException("the default of `" + key.name() + "` is not YAML", e);
        }
    }
}
