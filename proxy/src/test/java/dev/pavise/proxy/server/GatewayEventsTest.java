package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the trail tells of a gateway's own life: starts, stops, configurations. */
final class GatewayEventsTest {
    private static final String BASE = Yaml.oneRoute(1, "");

    @TempDir
    Path folder;

    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private List<JsonNode> ofType(String type) throws Exception {
        return Trail.of(gateway).all().stream()
                .filter(each -> Trail.text(each, "event_type").equals(type))
                .toList();
    }

    private static List<String> texts(JsonNode record, String field) {
        return record.path("metadata")
                .path(field)
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    @Test
    void tellsHowTheGatewayBeforeEnded() throws Exception {
        gateway = TestGateway.start(folder, BASE);
        JsonNode first = ofType("gateway_started").getFirst();
        assertFalse(first.path("metadata").path("after_crash").asBoolean(true));
        assertFalse(first.path("metadata").path("made_operator_token").asBoolean(true));
        assertEquals(64, Trail.metadata(first, "certificate_sha256").length());
        Path announced = folder.resolve("data/gateway.json");
        byte[] left = Files.readAllBytes(announced);
        gateway.close();
        assertFalse(Files.exists(announced));
        gateway = TestGateway.existing(gateway.file());
        assertFalse(ofType("gateway_started")
                .getLast()
                .path("metadata")
                .path("after_crash")
                .asBoolean(true));
        assertEquals(1, ofType("gateway_stopped").size());
        gateway.close();
        Files.write(announced, left);
        gateway = TestGateway.existing(gateway.file());
        JsonNode last = ofType("gateway_started").getLast();
        assertTrue(last.path("metadata").path("after_crash").asBoolean(false));
        assertFalse(Trail.metadata(last, "crashed_started_at").isEmpty());
    }

    @Test
    void tellsWhichKeysOfTheConfigurationChanged() throws Exception {
        gateway = TestGateway.start(folder, BASE);
        assertEquals(List.of(), gateway.reload(BASE + "limits: {body: 1MiB}\n"));
        JsonNode change = ofType("config_change").getFirst();
        assertEquals("system", Trail.text(change, "actor"));
        assertEquals("success", Trail.text(change, "outcome"));
        assertEquals("asked", Trail.metadata(change, "cause"));
        assertEquals(List.of("limits.body"), texts(change, "changed"));
        assertEquals(1, Trail.number(change, "keys"));
        assertEquals(List.of(), ofType("policy_change"));
    }

    @Test
    void tellsThatWhoMayDoWhatHasChanged() throws Exception {
        gateway = TestGateway.start(folder, BASE);
        assertEquals(
                List.of(),
                gateway.reload(BASE.replace("\"agent:list\"", "\"agent:other\"") + "limits: {body: 1MiB}\n"));
        JsonNode change = ofType("policy_change").getFirst();
        assertEquals("policy.change", Trail.text(change, "action"));
        assertEquals(List.of("routes[agents].permission"), texts(change, "changed"));
    }

    @Test
    void tellsOfAConfigurationThatIsNotTakenWithoutWhatStoodThere() throws Exception {
        gateway = TestGateway.start(folder, BASE);
        assertFalse(
                gateway.reload(BASE + "audit: {dir: elsewhere-nobody-sees}\n").isEmpty());
        JsonNode refused = ofType("config_change").getFirst();
        assertEquals("failure", Trail.text(refused, "outcome"));
        assertEquals(1, Trail.number(refused, "errors"));
        assertTrue(texts(refused, "places").getFirst().endsWith(": audit"), refused::toString);
        assertFalse(refused.toString().contains("elsewhere"), refused::toString);
    }

    @Test
    void namesTheFileThatChanged() throws Exception {
        gateway = TestGateway.start(folder, BASE);
        try (ConfigWatch watch =
                new ConfigWatch(() -> ConfigLoader.load(gateway.file(), Map.<String, String>of()::get))) {
            assertTrue(watch.load() instanceof ConfigResult.Loaded);
            watch.start(Duration.ofMillis(20), new ConfigWatch.Listener() {
                @Override
                public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
                    gateway.server().reload(config, cause);
                }

                @Override
                public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
                    gateway.server().refuseReload(errors, cause);
                }
            });
            gateway.write(BASE + "limits: {body: nonsense}\n");
            Eventually.holds(
                    "a refused configuration", () -> ofType("config_change").size() == 1);
            gateway.write(BASE + "limits: {body: 2MiB}\n");
            Eventually.holds(
                    "a taken configuration", () -> ofType("config_change").size() == 2);
        }
        JsonNode refused = ofType("config_change").getFirst();
        assertEquals("failure", Trail.text(refused, "outcome"));
        assertTrue(texts(refused, "places").getFirst().endsWith("limits.body"), refused::toString);
        assertFalse(refused.toString().contains("nonsense"), refused::toString);
        JsonNode taken = ofType("config_change").getLast();
        assertEquals("files", Trail.metadata(taken, "cause"));
        assertEquals(List.of("pavise.yaml"), texts(taken, "files"));
    }
}
