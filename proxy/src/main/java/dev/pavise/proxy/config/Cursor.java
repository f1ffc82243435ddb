package dev.pavise.proxy.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** A node and the path of keys that leads to it. */
record Cursor(YamlNode node, String field) {

    Cursor key(String name, YamlNode value) {
        return new Cursor(value, field.isEmpty() ? name : field + "." + name);
    }

    /** The keys of a mapping as they stand in the file, also those whose values are wrong; of anything else none. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (!(node instanceof YamlNode.Mapping mapping)) return names;
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key() instanceof YamlNode.Scalar name) names.add(name.text());
        }
        return names;
    }

    Cursor item(int index, YamlNode value) {
        return new Cursor(value, field + "[" + index + "]");
    }
}
