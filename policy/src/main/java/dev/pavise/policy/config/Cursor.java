package dev.pavise.policy.config;

import java.util.LinkedHashSet;
import java.util.Set;

/** A node and the path of keys that leads to it. */
public record Cursor(YamlNode node, String field) {

    public Cursor key(String name, YamlNode value) {
        return new Cursor(value, field.isEmpty() ? name : field + "." + name);
    }

    /** The keys of a mapping as they stand in the file, also those whose values are wrong; of anything else none. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (!(node instanceof YamlNode.Mapping mapping)) return names;
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key() instanceof YamlNode.Scalar name) names.add(name.text());
        }
        return names;
    }

    public Cursor item(int index, YamlNode value) {
        return new Cursor(value, field + "[" + index + "]");
    }
}
