package dev.pavise.auditlog.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks events against the schema: attributes known and of their types, required ones there, numbers allowed, constraints kept. */
final class OcsfSchema {
    private final JsonNode schema;

    private OcsfSchema(JsonNode schema) {
        this.schema = schema;
    }

    static OcsfSchema load() throws IOException {
        try (InputStream in = OcsfSchema.class.getResourceAsStream("/ocsf/ocsf-" + Ocsf.VERSION + ".json")) {
            return new OcsfSchema(JsonMapper.shared().readTree(in));
        }
    }

    /** What is wrong with an event; empty when it is as the schema wants it. */
    List<String> problems(JsonNode event) {
        List<String> problems = new ArrayList<>();
        JsonNode kind = kind(event);
        if (kind == null) {
            return List.of("class_uid " + event.get("class_uid") + " is none of ours");
        }
        if (!schema.get("version")
                .asString()
                .equals(event.at("/metadata/version").asString())) {
            problems.add("metadata.version is not the schema's");
        }
        if (event.get("category_uid").asInt() != kind.get("category_uid").asInt()) {
            problems.add("category_uid is not that of the class");
        }
        if (event.get("type_uid").asLong()
                != kind.get("class_uid").asLong() * 100
                        + event.get("activity_id").asInt()) {
            problems.add("type_uid is not class_uid * 100 + activity_id");
        }
        if (!event.get("class_name").asString().equals(kind.get("caption").asString())) {
            problems.add("class_name is not the caption");
        }
        Set<String> profiles = new HashSet<>();
        for (JsonNode profile : event.at("/metadata/profiles")) {
            profiles.add(profile.asString());
            if (!JsonMapper.shared()
                    .convertValue(kind.get("profiles"), List.class)
                    .contains(profile.asString())) {
                problems.add("profile " + profile + " is not one of the class");
            }
        }
        object(event, kind, profiles, "", problems);
        return problems;
    }

    private JsonNode kind(JsonNode event) {
        for (JsonNode each : schema.get("classes")) {
            if (each.get("class_uid").asInt() == event.get("class_uid").asInt()) {
                return each;
            }
        }
        return null;
    }

    private void object(JsonNode object, JsonNode type, Set<String> profiles, String path, List<String> problems) {
        if (!object.isObject()) {
            problems.add(path + " is no object");
            return;
        }
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            String at = path.isEmpty() ? each.getKey() : path + "." + each.getKey();
            JsonNode attribute = type.get("attributes").get(each.getKey());
            if (attribute == null) {
                problems.add(at + " is not known");
            } else if (attribute.has("profile")
                    && !profiles.contains(attribute.get("profile").asString())) {
                problems.add(at + " belongs to the profile " + attribute.get("profile") + ", which is not named");
            } else {
                attribute(each.getValue(), each.getKey(), attribute, profiles, at, problems);
            }
        }
        for (Map.Entry<String, JsonNode> each : type.get("attributes").properties()) {
            boolean asked = !each.getValue().has("profile")
                    || profiles.contains(each.getValue().get("profile").asString());
            if (asked
                    && each.getValue().get("requirement").asString().equals("required")
                    && !object.has(each.getKey())) {
                problems.add(path + "." + each.getKey() + " is required");
            }
        }
        constraints(object, type, path, problems);
    }

    private static void constraints(JsonNode object, JsonNode type, String path, List<String> problems) {
        for (Map.Entry<String, JsonNode> each : type.get("constraints").properties()) {
            int there = 0;
            for (JsonNode name : each.getValue()) {
                there += object.has(name.asString()) ? 1 : 0;
            }
            boolean kept = switch (each.getKey()) {
                case "at_least_one" -> there >= 1;
                case "just_one" -> there == 1;
                default -> throw new IllegalStateException("constraint " + each.getKey());
            };
            if (!kept) {
                problems.add(path + ": " + each.getKey() + " of " + each.getValue() + ", there are " + there);
            }
        }
    }

    private void attribute(
            JsonNode value, String name, JsonNode attribute, Set<String> profiles, String at, List<String> problems) {
        if (attribute.has("array")) {
            if (!value.isArray()) {
                problems.add(at + " is no array");
            }
            for (JsonNode each : value) {
                single(each, name, attribute, profiles, at + "[]", problems);
            }
        } else {
            single(value, name, attribute, profiles, at, problems);
        }
    }

    private void single(
            JsonNode value, String name, JsonNode attribute, Set<String> profiles, String at, List<String> problems) {
        String type = attribute.get("type").asString();
        if (attribute.has("object")) {
            object(value, schema.get("objects").get(type), profiles, at, problems);
            return;
        }
        if (type.equals("object")) {
            if (!value.isObject()) {
                problems.add(at + " is no object");
            }
            return;
        }
        // Category and class have their own numbers, which are checked apart.
        if (attribute.has("enum") && !Set.of("category_uid", "class_uid").contains(name)) {
            boolean allowed = false;
            for (JsonNode each : attribute.get("enum")) {
                allowed |= each.asString().equals(value.asString());
            }
            if (!allowed) {
                problems.add(at + " has the value " + value + ", which the schema does not know");
            }
        }
        plain(value, type, at, problems);
    }

    private void plain(JsonNode value, String type, String at, List<String> problems) {
        JsonNode about = schema.get("types").get(type);
        String base = about.has("type") ? about.get("type").asString() : type;
        boolean fits = switch (base) {
            case "string_t" -> value.isString();
            case "integer_t", "long_t" -> value.isIntegralNumber();
            case "boolean_t" -> value.isBoolean();
            case "float_t" -> value.isNumber();
            case "json_t" -> true;
            default -> throw new IllegalStateException("type " + base);
        };
        if (!fits) {
            problems.add(at + " is no " + type);
        } else if (about.has("regex")
                && !Pattern.compile(about.get("regex").asString())
                        .matcher(value.asString())
                        .find()) {
            problems.add(at + " does not look like a " + type + ": " + value);
        } else if (about.has("max_len")
                && value.asString().length() > about.get("max_len").asInt()) {
            problems.add(at + " is too long");
        }
    }
}
