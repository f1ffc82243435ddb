package dev.pavise.runner.config;

import java.util.List;

/** A piece of a YAML document, with the line and column (from 1) where it begins. */
sealed interface YamlNode {
    int line();

    int column();

    /** What a reader of the file would call it. */
    String kind();

    /** A text. {@code plain}: written without quotes, so that {@code null} means what it says. */
    record Scalar(String text, boolean plain, int line, int column) implements YamlNode {
        boolean isNull() {
            return plain && List.of("", "~", "null", "Null", "NULL").contains(text);
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : "a text";
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
