package dev.pavise.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an overlay of kustomize does to the base: objects that it adds, and patches that take one out, or put another content in the place of a field at the top
 * of an object. No patch reaches deeper, so that what comes of it can be told without kustomize.
 *
 * @param added objects that the base lacks
 * @param patches in kustomize's own words
 */
record Overlay(List<JsonNode> added, List<JsonNode> patches) {
    private static final String DIRECTIVE = "$patch";

    /** What leads from one rendering to the other. */
    static Overlay between(List<JsonNode> base, List<JsonNode> wanted) {
        Map<String, JsonNode> before = named(base);
        Map<String, JsonNode> after = named(wanted);
        List<JsonNode> added = new ArrayList<>();
        List<JsonNode> patches = new ArrayList<>();
        after.forEach((name, object) -> {
            JsonNode old = before.get(name);
            if (old == null) {
                added.add(object);
            } else if (!old.equals(object)) {
                patches.add(replacing(old, object));
            }
        });
        before.forEach((name, object) -> {
            if (!after.containsKey(name)) {
                ObjectNode patch = JsonNodeFactory.instance.objectNode();
                patch.put(DIRECTIVE, "delete");
                patches.add(patch.setAll(identity(object)));
            }
        });
        return new Overlay(added, patches);
    }

    List<JsonNode> changes() {
        return patches.stream().filter(each -> !each.has(DIRECTIVE)).toList();
    }

    List<JsonNode> removals() {
        return patches.stream().filter(each -> each.has(DIRECTIVE)).toList();
    }

    private static JsonNode replacing(JsonNode old, JsonNode object) {
        ObjectNode patch = identity(object);
        object.properties().forEach(each -> {
            if (!each.getKey().equals("metadata") && !each.getValue().equals(old.get(each.getKey()))) {
                ObjectNode content = JsonNodeFactory.instance.objectNode();
                content.put(DIRECTIVE, "replace");
                patch.set(each.getKey(), content.setAll((ObjectNode)
                        each.getValue().deepCopy()));
            }
        });
        return patch;
    }

    private static ObjectNode identity(JsonNode object) {
        ObjectNode identity = JsonNodeFactory.instance.objectNode();
        identity.set("apiVersion", object.get("apiVersion"));
        identity.set("kind", object.get("kind"));
        ObjectNode metadata = identity.putObject("metadata");
        metadata.set("name", object.at("/metadata/name"));
        if (object.at("/metadata").has("namespace")) {
            metadata.set("namespace", object.at("/metadata/namespace"));
        }
        return identity;
    }

    /** What kustomize makes of the base with it. */
    List<JsonNode> applied(List<JsonNode> base) {
        Map<String, JsonNode> objects = named(base);
        added.forEach(each -> objects.put(Rendered.name(each), each));
        for (JsonNode patch : patches) {
            String name = Rendered.name(patch);
            if (!objects.containsKey(name)) {
                throw new AssertionError("a patch of what is not there: " + name);
            }
            if (patch.has(DIRECTIVE)) {
                objects.remove(name);
            } else {
                ObjectNode object = objects.get(name).deepCopy();
                patch.properties().forEach(each -> {
                    if (each.getValue().has(DIRECTIVE)) {
                        object.set(each.getKey(), ((ObjectNode) each.getValue().deepCopy()).without(DIRECTIVE));
                    }
                });
                objects.put(name, object);
            }
        }
        return List.copyOf(objects.values());
    }

    static Map<String, JsonNode> named(List<JsonNode> objects) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        objects.forEach(each -> named.put(Rendered.name(each), each));
        return named;
    }
}
