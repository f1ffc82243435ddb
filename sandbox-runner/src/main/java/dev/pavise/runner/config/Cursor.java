package dev.pavise.runner.config;

/** A node and the path of keys that leads to it. */
record Cursor(YamlNode node, String field) {
    Cursor key(String name, YamlNode value) {
        return new Cursor(value, field.isEmpty() ? name : field + "." + name);
    }

    Cursor item(int index, YamlNode value) {
        return new Cursor(value, field + "[" + index + "]");
    }
}
