package dev.pavise.proxy.config;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON Schema (draft 2020-12) of the configuration file, made from the declarations that the loader reads by. It tells an
 * editor what is known where; what keys say of each other, only the loader checks.
 */
public final class ConfigSchema {

    private ConfigSchema() {}

    /** The schema as JSON text. */
    public static String text() {
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(tree());
    }

    static Map<String, Object> tree() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Pavise configuration");
        schema.putAll(GatewaySection.SECTION.schema());
        return schema;
    }
}
