package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Secrets for tools through a whole gateway: by name and permission, and to the runner alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolSecretsTest {
    private static final String VALUE = "correct-horse-battery-staple";

    @TempDir
    static Path folder;

    private ToolShop shop;

    @BeforeAll
    void open() throws Exception {
        shop = new ToolShop(folder);
        configure(VALUE);
        ask("asking", "\"secret:db\"");
        ask("wanting", "\"secret:absent\"");
        ask("greedy", "\"secret:db\", \"secret:other\"");
        shop.make("modest");
    }

    private void configure(String value) throws Exception {
        Files.writeString(folder.resolve("db.secret"), value + "\n");
        assertEquals(
                List.of(),
                shop.reload(shop.yaml(
                        "receipt_key: receipts.pub, ",
                        shop.runner.port(),
                        "  secrets: {db: \"${file:db.secret}\", other: another-secret-value}")));
    }

    private void ask(String tool, String resources) throws Exception {
        shop.put(ToolShop.program(tool));
        ToolShop.Reply registered = shop.register(
                shop.manifest(tool, "1.0.0", ToolShop.program(tool), ", \"allowed_resources\": [" + resources + "]"));
        assertEquals(201, registered.status(), registered.text());
    }

    @BeforeEach
    void begin() {
        shop.runner.forget();
    }

    @AfterAll
    void close() {
        shop.close();
    }

    private ToolShop.Reply run(String subject, String tool) throws Exception {
        return shop.ask(Jwt.of(subject, Duration.ofMinutes(5)), "POST", "/v1/tools/" + tool + "/run", new byte[0]);
    }

    private JsonNode last(String type) throws Exception {
        return Trail.of(shop.gateway).all().stream()
                .filter(each -> Trail.text(each, "event_type").equals(type))
                .reduce((before, last) -> last)
                .orElseThrow(() -> new AssertionError("no record of " + type));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void givesWhatTheManifestNamesAndTheCallerMayGive() throws Exception {
        assertEquals(200, run("keeper", "asking").status());
        assertEquals(Map.of("db", base64(VALUE)), shop.runner.runs().getFirst().get("secrets"));
        assertEquals("db", Trail.metadata(last("tool_verified"), "secrets"));
        assertEquals("db", Trail.metadata(last("tool_run"), "secrets"));
    }

    @Test
    void givesNothingToAToolThatDoesNotAsk() throws Exception {
        assertEquals(200, run("keeper", "modest").status());
        assertFalse(shop.runner.runs().getFirst().containsKey("secrets"));
    }

    @Test
    void refusesWhoMayRunTheToolButNotGiveTheSecret() throws Exception {
        ToolShop.Reply refused = run("all", "asking");
        assertEquals(403, refused.status(), refused.text());
        assertEquals("secret_forbidden", refused.code());
        assertTrue(refused.text().contains("secret:db"), refused.text());
        assertEquals(List.of(), shop.runner.seen());
        JsonNode record = last("tool_secret_refused");
        assertEquals("denied", Trail.text(record, "outcome"));
        assertEquals("db", Trail.metadata(record, "secret"));
        assertEquals("jwt:corp:all", Trail.text(record, "actor"));
    }

    @Test
    void needsThePermissionForEach() throws Exception {
        assertEquals("secret_forbidden", run("keeper", "greedy").code());
        assertEquals(List.of(), shop.runner.seen());
        assertEquals(200, shop.run("greedy", "").status());
        assertEquals(2, ((Map<?, ?>) shop.runner.runs().getFirst().get("secrets")).size());
    }

    @Test
    void tellsWhetherASecretIsThereOnlyToWhoMayHaveIt() throws Exception {
        ToolShop.Reply missing = run("keeper", "wanting");
        assertEquals(409, missing.status(), missing.text());
        assertEquals("secret_missing", missing.code());
        assertEquals("failure", Trail.text(last("tool_secret_refused"), "outcome"));
        assertEquals("secret_forbidden", run("all", "wanting").code());
        assertEquals(List.of(), shop.runner.seen());
    }

    @Test
    void givesTheNewValueAfterAReload() throws Exception {
        configure("a-new-value-of-the-secret");
        try {
            assertEquals(200, run("keeper", "asking").status());
            assertEquals(
                    Map.of("db", base64("a-new-value-of-the-secret")),
                    shop.runner.runs().getFirst().get("secrets"));
        } finally {
            configure(VALUE);
        }
    }

    @Test
    void showsNoneAnywhere() throws Exception {
        run("keeper", "asking");
        run("all", "asking");
        shop.ask("POST", "/v1/tools/asking/run", ("{\"args\": [\"" + VALUE + "\"]}").getBytes(StandardCharsets.UTF_8));
        String config = dev.pavise.proxy.config.EffectiveConfig.yaml(TestGateway.load(shop.gateway.file()));
        assertTrue(config.contains("db: '***'"), config);
        assertFalse(config.contains(VALUE) || config.contains("another-secret"), config);
        assertFalse(Trail.of(shop.gateway).all().toString().contains(VALUE));
        try (var files = Files.walk(folder.resolve("data"))) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1);
                assertFalse(content.contains(VALUE) || content.contains(base64(VALUE)), each::toString);
            }
        }
    }

    @Test
    void sendsNoneWithoutTheRecord() throws Exception {
        run("keeper", "asking");
        List<JsonNode> records = Trail.of(shop.gateway).of("asking");
        JsonNode verified = records.stream()
                .filter(each -> Trail.text(each, "event_type").equals("tool_verified"))
                .findFirst()
                .orElseThrow();
        assertEquals("db", Trail.metadata(verified, "secrets"));
    }
}
