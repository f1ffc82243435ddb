package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.SignedManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tools through a whole gateway: registered, shown, run, removed. Each refusal is tested with the fact that nothing reached the runner. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolsApiTest {
    @TempDir
    static Path folder;

    private ToolShop shop;

    @BeforeAll
    void open() throws Exception {
        shop = new ToolShop(folder);
    }

    @BeforeEach
    void begin() {
        shop.runner.forget();
    }

    @AfterAll
    void close() {
        shop.close();
    }

    private void assertNothingRan() {
        assertEquals(List.of(), shop.runner.seen());
    }

    private JsonNode record(String type) throws Exception {
        return Trail.of(shop.gateway).all().stream()
                .filter(each -> Trail.text(each, "event_type").equals(type))
                .reduce((before, last) -> last)
                .orElseThrow(() -> new AssertionError("no record of " + type));
    }

    @Test
    void runsWhatWasRegistered() throws Exception {
        assertEquals(201, shop.put(ToolShop.program("first")).status());
        SignedManifest manifest = shop.manifest("first", "1.0.0", ToolShop.program("first"), "");
        ToolShop.Reply registered = shop.register(manifest);
        assertEquals(201, registered.status(), registered.text());
        assertTrue(registered.json().path("content").asBoolean());
        assertEquals("operator", registered.json().path("registered_by").asString());

        ToolShop.Reply run =
                shop.run("first", "{\"args\":[\"a\"],\"stdin\":\"in\",\"env\":{\"K\":\"v\"},\"timeout_s\":3}");
        assertEquals(200, run.status(), run.text());
        assertEquals("out\n", run.json().path("stdout").asString());
        assertEquals(ScriptedRunner.RUN_ID, run.json().path("run_id").asString());
        Map<String, Object> asked = shop.runner.runs().getFirst();
        assertEquals("operator", asked.get("principal"));
        assertEquals(
                manifest.manifest().sha256(), ScriptedRunner.manifest(asked).get("sha256_hash"));
        assertEquals(
                Map.of("args", List.of("a"), "stdin", "in", "env", Map.of("K", "v"), "timeout_s", 3L),
                asked.get("input"));
    }

    @Test
    void recordsIntentThenWhatWasVerifiedThenTheOutcome() throws Exception {
        shop.make("recorded");
        shop.run("recorded", "{\"env\":{\"SECRET\":\"hunter2\"}}");
        List<JsonNode> records = Trail.of(shop.gateway).of("recorded");
        assertEquals(
                List.of("intent unknown", "event success tool_verified", "outcome success tool_run"),
                records.stream()
                        .map(each -> (Trail.text(each, "phase") + " " + Trail.text(each, "outcome") + " "
                                        + Trail.text(each, "event_type"))
                                .strip())
                        .toList());
        String digest = ScriptedRunner.sha256(ToolShop.program("recorded"));
        for (JsonNode each : records.subList(1, 3)) {
            assertEquals(digest, Trail.metadata(each, "sha256"));
            assertEquals("1.0.0", Trail.metadata(each, "version"));
            assertEquals("release", Trail.metadata(each, "key_name"));
        }
        records.forEach(each -> assertEquals("tool.execute", Trail.text(each, "action")));
        assertEquals(
                1,
                records.stream()
                        .map(each -> Trail.text(each, "request_id"))
                        .distinct()
                        .count());
        JsonNode outcome = records.getLast();
        assertEquals(ScriptedRunner.RUN_ID, Trail.metadata(outcome, "run_id"));
        assertEquals("0", Trail.metadata(outcome, "exit_code"));
        assertEquals("verified", Trail.metadata(outcome, "receipt"));
        assertFalse(Trail.of(shop.gateway).all().toString().contains("hunter2"));
    }

    @Test
    void recordsARunThatFailedAsAFailureAndAnswersItWell() throws Exception {
        shop.make("failing");
        shop.runner.answers((asked, stream) ->
                ScriptedRunner.whole(stream, 200, CanonicalJson.text(shop.runner.result(asked, false, 3))));
        ToolShop.Reply run = shop.run("failing", "");
        assertEquals(200, run.status(), run.text());
        assertFalse(run.json().path("success").asBoolean());
        assertEquals("failure", Trail.text(record("tool_run"), "outcome"));
        assertEquals("3", Trail.metadata(record("tool_run"), "exit_code"));
    }

    @Test
    void pushesContentOnceOnly() throws Exception {
        shop.make("pushed");
        shop.run("pushed", "");
        shop.run("pushed", "");
        String put = "PUT /v1/content/" + ScriptedRunner.sha256(ToolShop.program("pushed"));
        assertEquals(List.of("POST /v1/runs", put, "POST /v1/runs", "POST /v1/runs"), shop.runner.seen());
        assertEquals(2, shop.runner.runs().size());
    }

    @Test
    void needsThePermissionOfThatTool() throws Exception {
        shop.make("hello");
        shop.make("other");
        String one = Jwt.of("one", Duration.ofMinutes(5));
        String all = Jwt.of("all", Duration.ofMinutes(5));
        String reader = Jwt.of("reader", Duration.ofMinutes(5));
        byte[] nothing = new byte[0];
        assertEquals(403, shop.ask(one, "POST", "/v1/tools/other/run", nothing).status());
        assertEquals(403, shop.ask(one, "POST", "/v1/tools/absent/run", nothing).status());
        assertEquals(
                403, shop.ask(reader, "POST", "/v1/tools/hello/run", nothing).status());
        assertEquals(403, shop.ask(one, "GET", "/v1/tools/manifests", nothing).status());
        assertEquals(403, shop.ask(all, "POST", "/v1/tools/manifests", nothing).status());
        assertEquals(
                403,
                shop.ask(reader, "DELETE", "/v1/tools/manifests/hello", nothing).status());
        assertEquals(
                403,
                shop.ask(reader, "PUT", "/v1/tools/content/" + "0".repeat(64), nothing)
                        .status());
        assertNothingRan();
        assertEquals(
                200,
                shop.ask(reader, "GET", "/v1/tools/manifests/hello", nothing).status());
        assertEquals(200, shop.ask(one, "POST", "/v1/tools/hello/run", nothing).status());
        assertEquals(200, shop.ask(all, "POST", "/v1/tools/other/run", nothing).status());
    }

    @Test
    void runsToolsThatAreCalledAsThisApiIs() throws Exception {
        for (String name : List.of("manifests", "content", "run")) {
            shop.make(name);
            ToolShop.Reply run = shop.run(name, "");
            assertEquals(200, run.status(), run.text());
        }
        assertEquals(3, shop.runner.runs().size());
    }

    @Test
    void refusesWhatIsNotRegistered() throws Exception {
        ToolShop.Reply absent = shop.run("absent", "");
        assertEquals(404, absent.status());
        assertEquals("manifest_missing", absent.code());
        assertEquals("failure", Trail.text(record("tool_manifest_refused"), "outcome"));
        shop.make("versions");
        assertEquals(
                "version_missing",
                shop.ask("POST", "/v1/tools/versions/run?version=2.0.0", new byte[0])
                        .code());
        assertEquals(
                "invalid_argument",
                shop.ask("POST", "/v1/tools/versions/run?version=nonsense", new byte[0])
                        .code());
        assertNothingRan();
    }

    @Test
    void refusesAForeignSignature() throws Exception {
        shop.put(ToolShop.program("foreign"));
        SignedManifest foreign =
                ToolShop.manifest(SigningKey.generate(), "foreign", "1.0.0", ToolShop.program("foreign"), "");
        ToolShop.Reply refused = shop.register(foreign);
        assertEquals(403, refused.status());
        assertEquals("signature_invalid", refused.code());
        JsonNode told = record("tool_signature_refused");
        assertEquals("denied", Trail.text(told, "outcome"));
        assertEquals("signature_invalid", Trail.metadata(told, "code"));
        assertEquals("foreign", Trail.metadata(told, "tool"));
        assertEquals("manifest_missing", shop.run("foreign", "").code());
        assertNothingRan();
    }

    @Test
    void refusesMoreThanThePolicyAllows() throws Exception {
        ToolShop.Reply refused =
                shop.register(shop.manifest("greedy", "1.0.0", ToolShop.program("greedy"), ", \"policy\": \"custom\""));
        assertEquals("policy_missing", refused.code());
        assertEquals("policy_missing", Trail.metadata(record("tool_policy_refused"), "code"));
        assertEquals(
                "manifest_malformed",
                shop.ask("POST", "/v1/tools/manifests", "{}".getBytes(StandardCharsets.UTF_8))
                        .code());
        assertNothingRan();
    }

    @Test
    void refusesContentThatIsNotThereOrWasChanged() throws Exception {
        shop.register(shop.manifest("changed", "1.0.0", ToolShop.program("changed"), ""));
        assertEquals("content_missing", shop.run("changed", "").code());
        shop.put(ToolShop.program("changed"));
        Path kept = folder.resolve("data/tools/content/" + ScriptedRunner.sha256(ToolShop.program("changed")));
        Files.writeString(kept, "#!/bin/sh\necho other\n");
        assertEquals("content_mismatch", shop.run("changed", "").code());
        assertEquals("content_mismatch", Trail.metadata(record("tool_content_refused"), "code"));
        assertNothingRan();
        shop.put(ToolShop.program("changed")); // mends it
        assertEquals(200, shop.run("changed", "").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | runner_busy      | 429 | runner_busy",
                "503 | runner_draining  | 429 | runner_busy",
                "403 | signature_invalid| 502 | runner_declined",
                "400 | input_refused    | 400 | invalid_argument",
                "501 | backend_missing  | 502 | runner_declined",
            })
    void tellsWhyTheRunnerDeclines(int theirs, String code, int ours, String told) throws Exception {
        shop.make("declined");
        shop.runner.answers((asked, stream) -> ScriptedRunner.refuse(stream, theirs, code));
        ToolShop.Reply refused = shop.run("declined", "");
        assertEquals(ours, refused.status(), refused.text());
        assertEquals(told, refused.code());
        JsonNode record = record("tool_not_run");
        assertEquals(code, Trail.metadata(record, "runner_code"));
        assertEquals("no", Trail.metadata(record, "ran"));
        assertEquals("failure", Trail.text(record, "outcome"));
    }

    @Test
    void believesNoResultWithoutItsReceipt() throws Exception {
        shop.make("receipts");
        shop.runner.answers((asked, stream) -> {
            Map<String, Object> result = shop.runner.result(asked, true, 0);
            result.put("exit_code", 1L);
            ScriptedRunner.whole(stream, 200, CanonicalJson.text(result));
        });
        ToolShop.Reply refused = shop.run("receipts", "");
        assertEquals(502, refused.status(), refused.text());
        assertEquals("receipt_invalid", refused.code());
        assertEquals("error", Trail.text(record("tool_run"), "outcome"));
        assertEquals("unknown", Trail.metadata(record("tool_run"), "ran"));
    }

    private static Map<String, Object> reached(String host, String outcome) {
        return Map.of(
                "host",
                host,
                "port",
                443L,
                "sent_bytes",
                5L,
                "received_bytes",
                6L,
                "duration_ms",
                1L,
                "outcome",
                outcome,
                "reason",
                "why");
    }

    @Test
    void recordsWhatARunReached() throws Exception {
        shop.make("reaching");
        Map<String, Object> network = Map.of(
                "connections",
                List.of(reached("a.example", "closed"), reached("b.example", "refused")),
                "connections_omitted",
                Map.of("count", 3L, "refused", 1L, "sent_bytes", 0L, "received_bytes", 0L));
        shop.runner.answers((asked, stream) ->
                ScriptedRunner.whole(stream, 200, CanonicalJson.text(shop.runner.result(asked, true, 0, network))));
        assertEquals(200, shop.run("reaching", "").status());
        List<JsonNode> records = Trail.of(shop.gateway).of("reaching");
        assertEquals(
                List.of("tool_verified", "tool_connection", "tool_connection", "tool_run"),
                records.stream()
                        .map(each -> Trail.text(each, "event_type"))
                        .filter(type -> !type.isEmpty())
                        .toList());
        JsonNode refused = records.get(3);
        assertEquals("denied", Trail.text(refused, "outcome"));
        assertEquals("b.example", Trail.metadata(refused, "host"));
        assertEquals("443", Trail.metadata(refused, "port"));
        assertEquals("refused", Trail.metadata(refused, "ended"));
        assertEquals(Trail.text(records.getFirst(), "request_id"), Trail.text(refused, "request_id"));
        assertEquals(Trail.text(records.getFirst(), "actor"), Trail.text(refused, "actor"));
        assertEquals("5", Trail.metadata(records.getLast(), "connections"));
    }

    @Test
    void believesNoConnectionsThatTheReceiptDoesNotName() throws Exception {
        shop.make("lying");
        shop.runner.answers((asked, stream) -> {
            Map<String, Object> result =
                    shop.runner.result(asked, true, 0, Map.of("connections", List.of(reached("a.example", "closed"))));
            result.put("connections", List.of());
            ScriptedRunner.whole(stream, 200, CanonicalJson.text(result));
        });
        assertEquals("receipt_invalid", shop.run("lying", "").code());
    }

    @Test
    void keepsOverARestartWhatWasRegisteredAndRemoved() throws Exception {
        shop.make("kept");
        shop.register(shop.manifest("kept", "1.1.0", ToolShop.program("kept"), ""));
        assertEquals(
                200,
                shop.ask("DELETE", "/v1/tools/manifests/kept?version=1.1.0", new byte[0])
                        .status());
        shop.restart();
        assertEquals(200, shop.run("kept", "").status());
        assertEquals(
                "version_removed",
                shop.register(shop.manifest("kept", "1.1.0", ToolShop.program("kept"), ""))
                        .code());
        assertEquals(
                "version_older",
                shop.register(shop.manifest("kept", "0.9.0", ToolShop.program("kept"), ""))
                        .code());
        assertEquals(
                List.of("1.0.0"),
                shop.ask("GET", "/v1/tools/manifests/kept", new byte[0])
                        .json()
                        .path("versions")
                        .valueStream()
                        .map(each -> each.path("version").asString())
                        .toList());
    }

    @Test
    void answersNothingWhereToolsAreNotConfigured() throws Exception {
        shop.make("none");
        assertEquals(List.of(), shop.reload(Yaml.oneRoute(shop.origin.port(), "")));
        for (String[] each : new String[][] {
            {"GET", "/v1/tools/manifests"},
            {"POST", "/v1/tools/manifests"},
            {"DELETE", "/v1/tools/manifests/none"},
            {"PUT", "/v1/tools/content/" + "0".repeat(64)},
            {"POST", "/v1/tools/none/run"}
        }) {
            ToolShop.Reply refused = shop.ask(each[0], each[1], new byte[0]);
            assertEquals(404, refused.status(), refused.text());
            assertEquals("tools_not_configured", refused.code());
        }
        assertNothingRan();
        assertEquals(List.of(), shop.reload(shop.yaml("receipt_key: receipts.pub, ")));
        assertEquals(200, shop.run("none", "").status());
    }
}
