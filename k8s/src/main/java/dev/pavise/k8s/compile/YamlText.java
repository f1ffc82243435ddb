package dev.pavise.k8s.compile;

import dev.pavise.policy.config.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tree as YAML 1.2, in ASCII: nodes as they were read, and values of JSON. Every text that is not plainly a word or a number is quoted, so
 * that nothing in it can be taken for anything else. The same tree is written in the same bytes.
 */
final class YamlText {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]{0,200}");
    private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern MEANS_MORE = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    /** A mapping whose values are nodes, or values of JSON, or mappings and lists of them. */
    static String of(Map<String, ?> root) {
        YamlText text = new YamlText();
        text.mapping(root, 0);
        return text.out.toString();
    }

    private void mapping(Map<?, ?> map, int depth) {
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) indent(depth);
            first = false;
            entry(scalar(String.valueOf(entry.getKey())), entry.getValue(), depth);
        }
    }

    private void nodes(YamlNode.Mapping map, int depth) {
        boolean first = true;
        for (YamlNode.Entry entry : map.entries()) {
            if (!first) indent(depth);
            first = false;
            String key = entry.key() instanceof YamlNode.Scalar name ? written(name) : "\"?\"";
            entry(key, entry.value(), depth);
        }
    }

    private void entry(String key, @Nullable Object value, int depth) {
        out.append(key).append(':');
        if (isBlock(value)) {
            out.append('\n');
            indent(depth + 1);
            value(value, depth + 1);
        } else {
            out.append(' ');
            value(value, depth);
            out.append('\n');
        }
    }

    private void list(List<?> items, int depth) {
        boolean first = true;
        for (Object item : items) {
            if (!first) indent(depth);
            first = false;
            out.append("- ");
            value(item, depth + 1);
            if (!isBlock(item)) out.append('\n');
        }
    }

    private static boolean isBlock(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> !map.isEmpty();
            case List<?> list -> !list.isEmpty();
            case YamlNode.Mapping map -> !map.entries().isEmpty();
            case YamlNode.Sequence list -> !list.items().isEmpty();
            case null, default -> false;
        };
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map when map.isEmpty() -> out.append("{}");
            case Map<?, ?> map -> mapping(map, depth);
            case List<?> list when list.isEmpty() -> out.append("[]");
            case List<?> list -> list(list, depth);
            case YamlNode.Mapping map when map.entries().isEmpty() -> out.append("{}");
            case YamlNode.Mapping map -> nodes(map, depth);
            case YamlNode.Sequence list when list.items().isEmpty() -> out.append("[]");
            case YamlNode.Sequence list -> list(list.items(), depth);
            case YamlNode.Scalar scalar -> out.append(written(scalar));
            case Boolean truth -> out.append(truth.booleanValue());
            case Long whole -> out.append(whole.longValue());
            default -> out.append(scalar(value.toString()));
        }
    }

    private static String written(YamlNode.Scalar scalar) {
        if (scalar.isNull()) return "null";
        return scalar.isBoolean() ? scalar.text() : scalar(scalar.text());
    }

    private static String scalar(String text) {
        boolean plain = WHOLE.matcher(text).matches()
                || (WORD.matcher(text).matches() && !MEANS_MORE.matcher(text).matches());
        return plain ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            switch (point) {
                case '"', '\\' -> quoted.append('\\').appendCodePoint(point);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (point >= ' ' && point < 0x7F) quoted.appendCodePoint(point);
                    else quoted.append(String.format(point > 0xFFFF ? "\\U%08x" : "\\u%04x", point));
                }
            }
        });
        return quoted.append('"').toString();
    }

    private void indent(int depth) {
        out.repeat("  ", depth);
    }
}
