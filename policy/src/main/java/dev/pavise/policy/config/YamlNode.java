package dev.pavise.policy.config;

import java.util.List;

/** A piece of a YAML document, with the line and column (from 1) where it begins. */
public sealed interface YamlNode {

    int line();

    int column();

    /** What a reader of the file would call it. */
    String kind();

    /** A text. {@code plain}: written without quotes, so that {@code null} and {@code true} mean what they say. */
    record Scalar(String text, boolean plain, int line, int column) implements YamlNode {

        public boolean isNull() {
            return plain
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        public boolean isBoolean() {
            return plain
                    && switch (text) {
                        case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
                        default -> false;
                    };
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : isBoolean() ? "a boolean" : "a text";
        }
    }

    /** A list. */
    record Sequence(List<YamlNode> items, int line, int column) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A mapping as it stands in the file: in order, and with every key that is there twice. */
    record Mapping(List<Entry> entries, int line, int column) implements YamlNode {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** One key and its value. */
    record Entry(YamlNode key, YamlNode value) {}
}
