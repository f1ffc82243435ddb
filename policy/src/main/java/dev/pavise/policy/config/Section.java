package dev.pavise.policy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A mapping with known keys, read into one record. Every other key is an error. */
public final class Section<T> implements Shape<T> {

    private final Map<String, Key<?>> keys = new LinkedHashMap<>();
    private final Set<String> notBuilt;
    private final Function<Bound, @Nullable T> maker;

    private Section(List<Key<?>> keys, Set<String> notBuilt, Function<Bound, @Nullable T> maker) {
        for (Key<?> key : keys) {
            if (this.keys.put(key.name(), key) != null) throw new IllegalArgumentException(key.name() + " twice");
        }
        this.notBuilt = notBuilt;
        this.maker = maker;
    }

    public static <T> Section<T> of(List<Key<?>> keys, Function<Bound, @Nullable T> maker) {
        return new Section<>(keys, Set.of(), maker);
    }

    /** With keys that the design knows and this version does not: refused by a message of their own. */
    public static <T> Section<T> of(List<Key<?>> keys, Set<String> notBuilt, Function<Bound, @Nullable T> maker) {
        return new Section<>(keys, notBuilt, maker);
    }

    public List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    @Override
    public @Nullable T read(Cursor at, Reading reading) {
        if (!(at.node() instanceof YamlNode.Mapping mapping)) {
            reading.error(
                    at, Shapes.found(at.node()) + "; expected a mapping with: " + String.join(", ", keys.keySet()));
            return null;
        }
        Map<String, Cursor> cursors = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) readEntry(at, entry, reading, cursors, values);
        boolean whole = true;
        for (Key<?> key : keys.values()) whole &= fill(at, key, reading, cursors, values);
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
        Cursor atKey = at.key(Shapes.shown(name.text()), name);
        if (key == null) {
            reading.error(atKey, unknown(name.text()));
        } else if (cursors.putIfAbsent(key.name(), at.key(key.name(), entry.value())) != null) {
            reading.error(atKey, "stands here twice; keep one");
        } else {
            Object value = key.shape().read(at.key(key.name(), entry.value()), reading);
            if (value != null) values.put(key.name(), value);
        }
    }

    private String unknown(String name) {
        if (notBuilt.contains(name)) return "`" + name + "` is not built yet; remove it";
        if (name.equals("<<")) return "merge keys (`<<`) are not part of YAML 1.2; write the keys out";
        String nearest = Nearest.to(name, keys.keySet())
                .map(near -> "did you mean `" + near + "`? ")
                .orElse("");
        return "is not a known key; " + nearest + "known here: " + String.join(", ", keys.keySet());
    }

    // A wrong value has been reported and is replaced by the default, only to find what else is wrong.
    private static boolean fill(
            Cursor at, Key<?> key, Reading reading, Map<String, Cursor> cursors, Map<String, Object> values) {
        if (values.containsKey(key.name())) return true;
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

    private static Object plain(String fallback) {
        return new Load(LoadSettings.builder().build()).loadFromString(fallback);
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Key<?> key : keys.values()) {
            Map<String, Object> schema = new LinkedHashMap<>(key.shape().schema());
            schema.put("description", key.purpose());
            if (key.fallback() != null) schema.put("default", plain(key.fallback()));
            properties.put(key.name(), schema);
            if (key.required()) required.add(key.name());
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.put("properties", properties);
        if (!required.isEmpty()) schema.put("required", required);
        return schema;
    }
}
