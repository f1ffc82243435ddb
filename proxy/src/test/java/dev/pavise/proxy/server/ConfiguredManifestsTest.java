package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tools that {@code tools.manifests} gives, through a whole gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfiguredManifestsTest {
    private static final byte[] NOTHING = {};

    @TempDir
    static Path folder;

    private ToolShop shop;
    private Path manifests;

    @BeforeAll
    void open() throws Exception {
        shop = new ToolShop(folder);
        manifests = Files.createDirectory(folder.resolve("manifests"));
    }

    @BeforeEach
    void begin() throws Exception {
        Files.write(
                manifests.resolve("given.json"),
                shop.manifest("given", "1.0.0", ToolShop.program("given"), "").json());
        shop.put(ToolShop.program("given"));
        assertEquals(List.of(), shop.reload(yaml()));
        shop.runner.forget();
    }

    @AfterAll
    void close() {
        shop.close();
    }

    private String yaml() {
        return shop.yaml("receipt_key: receipts.pub, ")
                .replace("trusted_keys: keys", "trusted_keys: keys\n  manifests: manifests");
    }

    @Test
    void runsWhatTheConfigurationGives() throws Exception {
        assertEquals(200, shop.run("given", "").status());
        assertEquals(1, shop.runner.runs().size());
        JsonNode shown = shop.ask("GET", "/v1/tools/manifests/given", NOTHING).json();
        assertTrue(shown.path("versions").path(0).path("configured").asBoolean());
        shop.make("other");
        assertEquals(200, shop.run("other", "").status());
        assertFalse(shop.ask("GET", "/v1/tools/manifests/other", NOTHING)
                .json()
                .path("versions")
                .path(0)
                .has("configured"));
    }

    @Test
    void changesNothingOfItOverTheApi() throws Exception {
        ToolShop.Reply removed = shop.ask("DELETE", "/v1/tools/manifests/given", NOTHING);
        assertEquals(409, removed.status(), removed.text());
        assertEquals("configured", removed.code());
        ToolShop.Reply newer = shop.register(shop.manifest("given", "2.0.0", ToolShop.program("given"), ""));
        assertEquals(409, newer.status(), newer.text());
        assertEquals("configured", newer.code());
        assertEquals(200, shop.run("given", "").status());
        JsonNode told = Trail.of(shop.gateway).of("/v1/tools/manifests/given").stream()
                .filter(each -> Trail.metadata(each, "code").equals("configured"))
                .findFirst()
                .orElseThrow();
        assertEquals("failure", Trail.text(told, "outcome"));
        assertEquals("tool_manifest_refused", Trail.text(told, "event_type"));
    }

    @Test
    void keepsTheLastGoodOnesWhereOneIsBad() throws Exception {
        Files.writeString(manifests.resolve("bad.json"), "{}");
        try {
            String told = shop.reload(yaml()).toString();
            assertTrue(told.contains("manifest_malformed"), told);
            assertEquals(200, shop.run("given", "").status());
        } finally {
            Files.delete(manifests.resolve("bad.json"));
        }
    }

    @Test
    void goesWithTheConfiguration() throws Exception {
        shop.make("registered");
        assertEquals(List.of(), shop.reload(shop.yaml("receipt_key: receipts.pub, ")));
        assertEquals("manifest_missing", shop.run("given", "").code());
        assertEquals(200, shop.run("registered", "").status());
    }
}
