package dev.pavise.policy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists, mappings and alternatives of other shapes, and how the reader of an error is shown what was found. */
public final class Shapes {

    private static final int LONGEST_SHOWN = 60;

    private Shapes() {}

    /** A list of any length. */
    public static <T> Shape<List<T>> list(Shape<T> item) {
        return new ListShape<>(item, "");
    }

    /** A list of at least one item; {@code instead} says what to do rather than leave it empty. */
    public static <T> Shape<List<T>> someOf(Shape<T> item, String instead) {
        return new ListShape<>(item, instead);
    }

    /** One item, or a list of at least one. */
    public static <T> Shape<List<T>> oneOrSome(Shape<T> item) {
        Shape<List<T>> some = someOf(item, "name one");
        return either(node -> node instanceof YamlNode.Scalar, map(item, List::of), some);
    }

    /** The first shape where the node is as the test says, else the second. */
    public static <T> Shape<T> either(
            Function<YamlNode, Boolean> test, Shape<? extends T> first, Shape<? extends T> second) {
        return new Shape<>() {
            @Override
            public @Nullable T read(Cursor at, Reading reading) {
                return test.apply(at.node()) ? first.read(at, reading) : second.read(at, reading);
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("anyOf", List.of(first.schema(), second.schema()));
            }
        };
    }

    /** The same text or node, taken for something else. */
    public static <A, B> Shape<B> map(Shape<A> shape, Function<A, B> mapping) {
        return new Shape<>() {
            @Override
            public @Nullable B read(Cursor at, Reading reading) {
                A value = shape.read(at, reading);
                return value == null ? null : mapping.apply(value);
            }

            @Override
            public Map<String, Object> schema() {
                return shape.schema();
            }
        };
    }

    /** A mapping whose keys the user chooses. What is made of an entry may depend on its name. */
    public static <T> Shape<Map<String, T>> named(Shape<String> name, Shape<T> value) {
        return new NamedShape<>(name, value);
    }

    /** What stands at a node, for an error. Secrets have to be kept from coming here. */
    public static String found(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar when !scalar.isNull() -> "found `" + shown(scalar.text()) + "`";
            default -> "found " + node.kind();
        };
    }

    /** A text from the file on one line, no longer than is useful. */
    public static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < LONGEST_SHOWN; i++) {
            char c = text.charAt(i);
            boolean printable = c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) && !isDirectionMark(c);
            shown.append(printable ? c : '?');
        }
        return text.length() > LONGEST_SHOWN ? shown + "..." : shown.toString();
    }

    // Marks that reverse what a terminal shows would let a name pose as another one.
    private static boolean isDirectionMark(char c) {
        return (c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }

    // What is wrong has been reported. Of sections the others are kept, to find what is wrong with them too; of plain
    // values a part
    // would only look wrong in other ways.
    private static boolean keeps(Shape<?> item) {
        return item instanceof Section<?>;
    }

    private record ListShape<T>(Shape<T> item, String instead) implements Shape<List<T>> {

        @Override
        public @Nullable List<T> read(Cursor at, Reading reading) {
            if (!(at.node() instanceof YamlNode.Sequence sequence)) {
                reading.error(at, found(at.node()) + "; expected a list");
                return null;
            }
            if (sequence.items().isEmpty() && !instead.isEmpty()) {
                reading.error(at, "is an empty list; " + instead);
                return null;
            }
            List<T> items = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                T value = item.read(at.item(i, sequence.items().get(i)), reading);
                if (value != null) items.add(value);
            }
            return keeps(item) || items.size() == sequence.items().size() ? items : null;
        }

        @Override
        public Map<String, Object> schema() {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "array");
            schema.put("items", item.schema());
            if (!instead.isEmpty()) schema.put("minItems", 1);
            return schema;
        }
    }

    private record NamedShape<T>(Shape<String> name, Shape<T> value) implements Shape<Map<String, T>> {

        @Override
        public @Nullable Map<String, T> read(Cursor at, Reading reading) {
            if (!(at.node() instanceof YamlNode.Mapping mapping)) {
                reading.error(at, found(at.node()) + "; expected a mapping");
                return null;
            }
            Map<String, T> values = new LinkedHashMap<>();
            for (YamlNode.Entry entry : mapping.entries()) {
                if (entry.key() instanceof YamlNode.Scalar scalar
                        && scalar.text().contains("${")) {
                    reading.error(at.key(shown(scalar.text()), scalar), "references are read in values, not in names");
                    continue;
                }
                String key = name.read(new Cursor(entry.key(), at.field()), reading);
                if (key == null) continue;
                T read = value.read(at.key(key, entry.value()), reading);
                if (values.containsKey(key)) reading.error(at.key(key, entry.key()), "stands here twice; keep one");
                if (read != null) values.put(key, read);
            }
            return keeps(value) || values.size() == mapping.entries().size() ? values : null;
        }

        @Override
        public Map<String, Object> schema() {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "object");
            schema.put("additionalProperties", value.schema());
            return schema;
        }
    }
}
