package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class EffectiveConfigTest {

    @TempDir
    private Path temporary;

    @Test
    void canBeReadAgainToTheSame() {
        ConfigFolder folder = new ConfigFolder(temporary).withFiles(WholeConfig.FILES);
        String noSecrets = WholeConfig.WHOLE
                .replace("  operator_token: ${OPERATOR}\n", "")
                .replaceFirst(" *- \\{name: shared, .*\n", "");
        for (String yaml : new String[] {WholeConfig.SMALLEST, noSecrets}) {
            GatewayConfig first = folder.good(yaml);
            String rendered = EffectiveConfig.yaml(first);
            GatewayConfig second = folder.good(rendered);
            assertEquals(rendered, EffectiveConfig.yaml(second));
            assertEquals(first.limits(), second.limits());
            assertEquals(first.listen(), second.listen());
            assertEquals(first.audit(), second.audit());
            assertEquals(first.tls(), second.tls());
            assertEquals(first.origins(), second.origins());
        }
    }

    @Test
    void writesOutTheDefaults() {
        GatewayConfig config = new ConfigFolder(temporary).good(WholeConfig.SMALLEST);
        String yaml = EffectiveConfig.yaml(config);
        for (String line : new String[] {
            "connections: 10000", "headers: 8KiB", "request_timeout: 30s", "durability: process", "min_version: '1.3'"
        }) {
            assertTrue(yaml.contains(line), yaml);
        }
        JsonNode json = JsonMapper.builder().build().readTree(EffectiveConfig.json(config));
        assertEquals("/**", json.at("/routes/0/match/path").stringValue());
        assertEquals(10_000, json.at("/limits/connections").intValue());
    }
}
