package dev.pavise.k8s.inject.file;

import dev.pavise.k8s.inject.Trees;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a tree as YAML in which every text that some reader could take for something else stands in quotes. */
final class ManifestWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/]([A-Za-z0-9_./:@-]*[A-Za-z0-9_/])?");
    private static final Pattern BLOCK = Pattern.compile("(?:[!-~][ -~]*\\n)(?:[ -~]*\\n)*(?:[ -~]+\\n?)");

    private final StringBuilder out = new StringBuilder();

    private ManifestWriter() {}

    static String write(JsonNode tree) {
        ManifestWriter writer = new ManifestWriter();
        if (tree instanceof ObjectNode object && !object.isEmpty()) {
            writer.members(object, 0);
        } else {
            writer.value(tree, 0);
        }
        return writer.out.toString();
    }

    private void members(ObjectNode object, int indent) {
        boolean first = true;
        for (String name : object.propertyNames()) {
            if (!first) {
                indent(indent);
            }
            first = false;
            out.append(text(name)).append(':');
            value(object.path(name), indent);
        }
    }

    /** What stands behind a key: on its line, or on those below it. Ends its last line. */
    private void value(JsonNode value, int indent) {
        switch (value) {
            case ObjectNode object
            when !object.isEmpty() -> {
                out.append('\n');
                indent(indent + 2);
                members(object, indent + 2);
            }
            case ArrayNode array
            when !array.isEmpty() -> {
                out.append('\n');
                for (JsonNode item : array) {
                    indent(indent);
                    item(item, indent);
                }
            }
            default -> scalar(value, indent);
        }
    }

    private void item(JsonNode item, int indent) {
        if (item instanceof ObjectNode object && !object.isEmpty()) {
            out.append("- ");
            members(object, indent + 2);
        } else if (item instanceof ArrayNode array && !array.isEmpty()) {
            // Lists in lists are rare: in the form of JSON, which is YAML too.
            out.append("- ").append(json(array)).append('\n');
        } else {
            out.append('-');
            scalar(item, indent);
        }
    }

    private void scalar(JsonNode value, int indent) {
        if (value.isString() && BLOCK.matcher(value.stringValue()).matches()) {
            block(value.stringValue(), indent + 2);
        } else {
            out.append(' ')
                    .append(value.isString() ? text(value.stringValue()) : json(value))
                    .append('\n');
        }
    }

    private void block(String text, int indent) {
        out.append(text.endsWith("\n") ? " |\n" : " |-\n");
        for (String line : text.split("\n", -1)) {
            if (!line.isEmpty()) {
                indent(indent);
                out.append(line);
                out.append('\n');
            } else {
                out.append('\n');
            }
        }
        if (text.endsWith("\n")) {
            out.setLength(out.length() - 1);
        }
    }

    private static String text(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !text.contains("::") && !PlainScalar.isOneOfTheWords(text);
        return plain ? text : json(JsonNodeFactory.instance.stringNode(text));
    }

    private static String json(JsonNode value) {
        return new String(Trees.bytes(value), StandardCharsets.UTF_8);
    }

    private void indent(int columns) {
        out.repeat(' ', columns);
    }
}
