package dev.pavise.k8s.inject;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees, which keep what we do not know of. */
public final class Trees {
    private static final int DEEPEST = 100;
    private static final int LONGEST_NUMBER = 100;

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Trees() {}

    /** One JSON object, and nothing else, with no member twice; null where it is not that. */
    public static @Nullable ObjectNode object(byte[] json) {
        try {
            return STRICT.readTree(json) instanceof ObjectNode object ? object : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** The tree as compact JSON. */
    public static byte[] bytes(JsonNode tree) {
        return STRICT.writeValueAsBytes(tree);
    }

    static ArrayNode array(JsonNode... items) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : items) {
            array.add(item);
        }
        return array;
    }

    static ArrayNode texts(String... items) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (String item : items) {
            array.add(item);
        }
        return array;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The objects of a list; empty where there is no list, and without what is no object. */
    static List<ObjectNode> objects(JsonNode parent, String list) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode item : parent.path(list)) {
            if (item instanceof ObjectNode object) {
                found.add(object);
            }
        }
        return found;
    }

    /** A text, or nothing where there is none. */
    static String text(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    static boolean isTrue(JsonNode parent, String name) {
        return parent.path(name).isBoolean() && parent.path(name).booleanValue();
    }

    /** The object at a name, made where it is not there. */
    static ObjectNode member(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    /** The list at a name, made where it is not there. */
    static ArrayNode list(ObjectNode parent, String name) {
        return parent.get(name) instanceof ArrayNode there ? there : parent.putArray(name);
    }
}
