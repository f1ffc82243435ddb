package dev.pavise.k8s.inject;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the steps from one tree to another (RFC 6902): {@code add}, {@code remove} and {@code replace}, in an order that works. */
final class JsonPatch {
    private final ArrayNode steps = Trees.array();

    private JsonPatch() {}

    static ArrayNode between(ObjectNode from, ObjectNode to) {
        JsonPatch patch = new JsonPatch();
        patch.objects("", from, to);
        return patch.steps;
    }

    private void values(String at, JsonNode from, JsonNode to) {
        if (from.equals(to)) {
            return;
        }
        if (from instanceof ObjectNode before && to instanceof ObjectNode after) {
            objects(at, before, after);
        } else if (from instanceof ArrayNode before && to instanceof ArrayNode after) {
            arrays(at, before, after);
        } else {
            step("replace", at).set("value", to);
        }
    }

    private void objects(String at, ObjectNode from, ObjectNode to) {
        for (String name : from.propertyNames()) {
            if (!to.has(name)) {
                step("remove", at + "/" + escaped(name));
            }
        }
        to.forEachEntry((name, value) -> {
            JsonNode before = from.get(name);
            if (before == null) {
                step("add", at + "/" + escaped(name)).set("value", value);
            } else {
                values(at + "/" + escaped(name), before, value);
            }
        });
    }

    /** What both begin and end with stays; of what lies between, as many as both have are taken for the same. */
    private void arrays(String at, ArrayNode from, ArrayNode to) {
        int most = Math.min(from.size(), to.size());
        int head = 0;
        while (head < most && from.get(head).equals(to.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && same(from, to, tail)) {
            tail++;
        }
        int before = from.size() - head - tail;
        int after = to.size() - head - tail;
        int both = Math.min(before, after);
        // Where something was put in, what follows it was changed, not what it took the place of.
        int added = Math.max(0, after - before);
        for (int i = 0; i < added; i++) {
            step("add", at + "/" + (head + i)).set("value", to.get(head + i));
        }
        for (int i = 0; i < both; i++) {
            values(at + "/" + (head + added + i), from.get(head + i), to.get(head + added + i));
        }
        for (int i = before - 1; i >= both; i--) {
            step("remove", at + "/" + (head + i));
        }
    }

    private static boolean same(ArrayNode from, ArrayNode to, int fromEnd) {
        return from.get(from.size() - 1 - fromEnd).equals(to.get(to.size() - 1 - fromEnd));
    }

    private ObjectNode step(String operation, String path) {
        ObjectNode step = Trees.object().put("op", operation).put("path", path);
        steps.add(step);
        return step;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
