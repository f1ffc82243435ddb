package dev.pavise.proxy.config;

import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whatever a token's claims can be, written in YAML: texts, numbers, booleans, nothing, lists and mappings. */
final class PlainValue {
    private static final Pattern WHOLE = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");
    private static final Pattern FRACTION = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})\\.[0-9]{1,17}");

    private PlainValue() {}

    /** A mapping of names to such values. */
    static Shape<Map<String, Object>> mapping() {
        return new Shape<>() {
            @Override
            public @Nullable Map<String, Object> read(Cursor at, Reading reading) {
                if (at.node() instanceof YamlNode.Mapping mapping) return object(at, mapping, reading);
                reading.error(at, Shapes.found(at.node()) + "; expected a mapping");
                return null;
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("type", "object");
            }
        };
    }

    private static Map<String, Object> object(Cursor at, YamlNode.Mapping mapping, Reading reading) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            if (!(entry.key() instanceof YamlNode.Scalar name)) {
                reading.error(at, "a name is a text, not " + entry.key().kind());
                continue;
            }
            Cursor inner = at.key(Shapes.shown(name.text()), entry.value());
            if (values.containsKey(name.text())) reading.error(inner, "stands here twice; keep one");
            values.put(name.text(), value(inner, reading));
        }
        return values;
    }

    private static @Nullable Object value(Cursor at, Reading reading) {
        return switch (at.node()) {
            case YamlNode.Mapping mapping -> object(at, mapping, reading);
            case YamlNode.Sequence sequence -> {
                List<Object> items = new ArrayList<>();
                for (int i = 0; i < sequence.items().size(); i++) {
                    items.add(value(at.item(i, sequence.items().get(i)), reading));
                }
                yield items;
            }
            case YamlNode.Scalar scalar -> scalar(scalar);
        };
    }

    private static @Nullable Object scalar(YamlNode.Scalar scalar) {
        if (scalar.isNull()) return null;
        if (scalar.isBoolean())
            return scalar.text().startsWith("t") || scalar.text().startsWith("T");
        if (scalar.plain() && WHOLE.matcher(scalar.text()).matches()) return Long.valueOf(scalar.text());
        if (scalar.plain() && FRACTION.matcher(scalar.text()).matches()) return Double.valueOf(scalar.text());
        return scalar.text();
    }
}
