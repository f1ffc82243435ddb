package dev.pavise.k8s.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With {@code -Dpavise.write=true} it writes what lies in {@code deploy/crds} anew. */
final class DefinitionsTest {
    private static final Path FOLDER = Path.of("..", "deploy", "crds");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    private static final String HEADING =
            "# Made of the gateway's own configuration by DefinitionsTest; run it with -Dpavise.write=true after a change of a key.\n";

    @Test
    void shippedDefinitionsSayWhatTheGatewayReads() throws IOException {
        boolean write = Boolean.getBoolean("pavise.write");
        for (Map.Entry<String, Map<String, Object>> each : Definitions.all().entrySet()) {
            Path file = FOLDER.resolve(each.getKey());
            String text = HEADING + YAML.writeValueAsString(each.getValue());
            if (write) Files.writeString(file, text);
            assertEquals(
                    text, Files.readString(file), file + " is out of date, run this test with -Dpavise.write=true");
        }
        try (var files = Files.list(FOLDER)) {
            assertEquals(
                    Kind.values().length,
                    files.filter(file -> file.toString().endsWith(".yaml")).count());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldHasOneType(Kind kind) {
        structural("spec", Definitions.spec(kind));
    }

    /** What API servers ask of a structural schema, and what RE2 and the budget of CEL allow. */
    private static void structural(String at, Map<?, ?> schema) {
        boolean mixed = Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"));
        assertTrue(mixed || schema.get("type") instanceof String, at + " has no type");
        for (String refused :
                List.of("default", "anyOf", "oneOf", "$ref", "propertyNames", "x-kubernetes-preserve-unknown-fields")) {
            assertFalse(schema.containsKey(refused), at + " has " + refused);
        }
        assertFalse(schema.containsKey("properties") && schema.containsKey("additionalProperties"), at);
        if (schema.get("pattern") instanceof String pattern) Pattern.compile(pattern);
        if ("array".equals(schema.get("type"))) structural(at + "[]", (Map<?, ?>) schema.get("items"));
        if (schema.get("properties") instanceof Map<?, ?> keys) {
            keys.forEach((name, inner) -> structural(at + "." + name, (Map<?, ?>) inner));
            if (schema.get("required") instanceof List<?> required)
                assertTrue(keys.keySet().containsAll(required), at);
        }
    }

    @Test
    void routesKnowTheKeysOfTheFile() {
        assertEquals(
                Set.of(
                        "name",
                        "match",
                        "permission",
                        "upstream",
                        "limit",
                        "timeout",
                        "body",
                        "pass_credential",
                        "opa",
                        "when",
                        "enforce",
                        "audit"),
                keys(Definitions.spec(Kind.GATEWAY_ROUTE)));
    }

    @Test
    void agentsKnowTheKeysOfUpstreamsButNoFiles() {
        assertEquals(
                Set.of(
                        "url",
                        "urls",
                        "service",
                        "ca_pem",
                        "server_name",
                        "protocol",
                        "connect_timeout",
                        "idle_timeout",
                        "max_connections",
                        "health"),
                keys(Definitions.spec(Kind.AGENT)));
    }

    private static Set<String> keys(Map<String, Object> spec) {
        Set<String> keys = new TreeSet<>();
        ((Map<?, ?>) spec.get("properties")).keySet().forEach(key -> keys.add(key.toString()));
        return keys;
    }

    @ParameterizedTest
    @EnumSource
    void definitionsAreReadByTheClient(Kind kind) throws IOException {
        String text = Files.readString(FOLDER.resolve(kind.plural() + ".yaml"));
        CustomResourceDefinition read = Serialization.unmarshal(text, CustomResourceDefinition.class);
        assertEquals(kind.definition(), read.getMetadata().getName());
        assertEquals(kind.word(), read.getSpec().getNames().getKind());
        assertEquals(Set.of(), read.getAdditionalProperties().keySet());
    }
}
