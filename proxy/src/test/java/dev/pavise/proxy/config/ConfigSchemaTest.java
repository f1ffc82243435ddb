package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schema says what the loader says, as far as one key at a time goes. */
final class ConfigSchemaTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonNode SCHEMA = JSON.readTree(ConfigSchema.text());

    @TempDir
    private Path temporary;

    @Test
    void acceptsWhatTheLoaderAccepts() {
        for (String yaml : List.of(WholeConfig.SMALLEST, WholeConfig.WHOLE, "roles: {a: {permissions: []}}")) {
            assertEquals(List.of(), problems(yaml));
        }
        ConfigFolder folder =
                new ConfigFolder(temporary).set("OPERATOR", "0123456789abcdef").withFiles(WholeConfig.FILES);
        assertEquals(List.of(), problems(EffectiveConfig.yaml(folder.good(WholeConfig.WHOLE))));
        assertEquals(List.of(), problems(EffectiveConfig.yaml(folder.good(WholeConfig.SMALLEST))));
    }

    @Test
    void refusesWhatTheLoaderRefuses() {
        for (String yaml : List.of(
                "limts: {}",
                "tools: {}",
                "limits: {connections: 0}",
                "limits: {connections: many}",
                "limits: {body: 10mb}",
                "limits: {idle_timeout: 30}",
                "hosts: {}",
                "tls: {min_version: '1.1'}",
                "identity: {log_generated_token: 'yes'}",
                "identity: {issuers: [{}]}",
                "routes: [{match: {path: /x}, upstream: u}]",
                "upstreams: {u: {url: 'ftp://x'}}",
                "audit: {retention: {days: 0}}")) {
            assertFalse(problems(yaml).isEmpty(), yaml);
        }
    }

    @Test
    void describesEveryKeyWithItsDefault() {
        List<String> undescribed = new ArrayList<>();
        int keys = describe(SCHEMA, "", undescribed);
        assertEquals(List.of(), undescribed);
        assertTrue(keys > 80, "keys: " + keys);
        JsonNode limits = SCHEMA.at("/properties/limits/properties");
        assertEquals(100, limits.at("/http2_streams/default").intValue());
        assertEquals("8KiB", limits.at("/headers/default").stringValue());
        assertTrue(SCHEMA.at("/properties/identity/properties/log_generated_token/default")
                .booleanValue());
        assertEquals(
                "https://json-schema.org/draft/2020-12/schema",
                SCHEMA.at("/$schema").stringValue());
    }

    private static int describe(JsonNode schema, String path, List<String> undescribed) {
        int keys = 0;
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String key = path + "." + property.getKey();
            if (property.getValue().path("description").asString().isEmpty()) undescribed.add(key);
            keys += 1 + describe(property.getValue(), key, undescribed);
        }
        for (String nested : List.of("items", "additionalProperties")) {
            if (schema.path(nested).isObject()) keys += describe(schema.path(nested), path + "/" + nested, undescribed);
        }
        for (JsonNode each : schema.path("anyOf")) keys += describe(each, path, undescribed);
        return keys;
    }

    private static List<String> problems(String yaml) {
        Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        List<String> problems = new ArrayList<>();
        check(SCHEMA, JSON.valueToTree(document), "", problems);
        return problems;
    }

    /** The part of JSON Schema that ours uses; a keyword it does not know fails the test. */
    private static void check(JsonNode schema, JsonNode value, String path, List<String> problems) {
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode rule = keyword.getValue();
            boolean holds = switch (keyword.getKey()) {
                case "$schema", "title", "description", "default", "items", "properties" -> true;
                case "type" -> hasType(rule, value);
                case "enum" -> rule.valueStream().anyMatch(value::equals);
                case "pattern" ->
                    !value.isString()
                            || Pattern.compile(rule.stringValue())
                                    .matcher(value.stringValue())
                                    .find();
                case "minimum" -> !value.isNumber() || value.doubleValue() >= rule.doubleValue();
                case "maximum" -> !value.isNumber() || value.doubleValue() <= rule.doubleValue();
                case "minItems" -> !value.isArray() || value.size() >= rule.intValue();
                case "required" ->
                    !value.isObject() || rule.valueStream().allMatch(name -> value.has(name.stringValue()));
                case "anyOf" -> rule.valueStream().anyMatch(each -> fits(each, value));
                case "additionalProperties" -> rule.isObject() || onlyKnown(schema, value);
                default -> throw new AssertionError("unknown keyword " + keyword.getKey());
            };
            if (!holds) problems.add(path + ": " + keyword.getKey() + " " + rule);
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            JsonNode rule = schema.path("properties").path(entry.getKey());
            if (rule.isMissingNode()) rule = schema.path("additionalProperties");
            if (rule.isObject()) check(rule, entry.getValue(), path + "." + entry.getKey(), problems);
        }
        if (value.isArray() && schema.has("items")) {
            for (JsonNode item : value) check(schema.path("items"), item, path + "[]", problems);
        }
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        List<String> problems = new ArrayList<>();
        check(schema, value, "", problems);
        return problems.isEmpty();
    }

    private static boolean onlyKnown(JsonNode schema, JsonNode value) {
        return value.properties().stream()
                .allMatch(entry -> schema.path("properties").has(entry.getKey()));
    }

    private static boolean hasType(JsonNode rule, JsonNode value) {
        if (rule.isArray()) return rule.valueStream().anyMatch(each -> hasType(each, value));
        return switch (rule.stringValue()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> throw new AssertionError("unknown type " + rule);
        };
    }
}
