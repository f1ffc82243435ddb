package dev.pavise.runner.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.signing.SigningKey;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunTest {
    private static final String FOREVER = "#!/bin/sh\necho begun\nexec sleep 600\n";

    @TempDir
    private Path folder;

    private TestRunner runner;

    @BeforeEach
    void start() {
        runner = TestRunner.start(
                folder, "concurrent: 2, queue: 2, queue_timeout: 5s, drain_timeout: 200ms, output_kept: 1KiB");
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    @Test
    void tellsWhatATurnedOutRunDid() {
        HttpResponse<String> response = runner.runScript(
                "#!/bin/sh\ncat; echo \" $1 $A\"; echo no >&2; exit 3\n",
                "\"args\": [\"one\"], \"stdin\": \"in\", \"env\": {\"A\": \"b\"}");
        assertEquals(200, response.statusCode(), response.body());
        Map<String, Object> result = TestRunner.json(response.body());
        assertEquals("in one b\n", result.get("stdout"));
        assertEquals("no\n", result.get("stderr"));
        assertEquals(3L, result.get("exit_code"));
        assertEquals(false, result.get("success"));
        assertEquals(List.of(), result.get("violations"));
        assertEquals("echo", result.get("tool_id"));
        assertEquals("1.0.0", result.get("version"));
        assertEquals(3L, result.get("peak_memory_mb"));
        assertTrue(result.get("receipt") instanceof Map);
    }

    @Test
    void keepsBytesThatAreNoText() {
        Map<String, Object> result = TestRunner.json(
                runner.runScript("#!/bin/sh\nprintf '\\377a'\n", "").body());
        assertEquals("\ufffda", result.get("stdout"));
        assertEquals("/2E=", result.get("stdout_base64"));
        assertFalse(result.containsKey("stderr_base64"));
    }

    @Test
    void tellsOfARunAsItGoes() throws Exception {
        String body = TestRunner.run(
                runner.manifest(runner.put("#!/bin/sh\necho first; read x; echo \"$x\" >&2\n"), ""),
                "\"stdin_base64\": \"c2Vjb25kCg==\"",
                "alice");
        HttpResponse<Stream<String>> response =
                runner.gateway().send(runner.posting(body, "*/*").build(), BodyHandlers.ofLines());
        List<Map<String, Object>> events = response.body().map(TestRunner::json).toList();
        assertEquals("started", events.getFirst().get("event"));
        assertEquals("result", events.getLast().get("event"));
        assertEquals(events.getFirst().get("run_id"), events.getLast().get("run_id"));
        assertFalse(events.getLast().containsKey("stdout"));
        Map<Object, String> output = new TreeMap<>();
        for (Map<String, Object> event : events.subList(1, events.size() - 1)) {
            assertEquals("output", event.get("event"));
            byte[] data = Base64.getDecoder().decode((String) event.get("data"));
            output.merge(event.get("stream"), new String(data, StandardCharsets.UTF_8), String::concat);
        }
        assertEquals(Map.of("stdout", "first\n", "stderr", "second\n"), output);
    }

    private void refused(int status, String code, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(code, TestRunner.code(response), response.body());
        assertEquals(List.of(), runner.backend.runs(), "nothing ran");
    }

    @Test
    void trustsNothingButItsOwnKeys() throws Exception {
        String digest = runner.put("#!/bin/sh\n");
        SigningKey other = SigningKey.generate();
        String foreign = TestRunner.run(TestRunner.manifest(digest, "", other), "", "alice");
        refused(403, "signature_invalid", runner.post(foreign, "application/json"));
        String named = ",\"key_id\":\"" + other.verifyKey().id() + "\"";
        String unknown = TestRunner.run(TestRunner.manifest(digest, named, other), "", "alice");
        refused(403, "key_unknown", runner.post(unknown, "application/json"));
        String changed = TestRunner.run(runner.manifest(digest, "").replace(":16,", ":17,"), "", "alice");
        refused(403, "signature_invalid", runner.post(changed, "application/json"));
        String missing = TestRunner.run(runner.manifest(TestRunner.sha256("other"), ""), "", "alice");
        refused(409, "content_missing", runner.post(missing, "application/json"));
        String much = TestRunner.run(runner.manifest(digest, "").replace("x", "x"), "", "alice");
        assertEquals(200, runner.post(much, "application/json").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"policy":"custom"                                  | 403 | policy_missing
            ,"allowed_resources":["fs:ro:/etc"]                 | 403 | files_exceed_policy
            ,"kind":"wasm"                                      | 403 | kind_mismatch
            """)
    void holdsToolsToItsOwnPolicies(String more, int status, String code) {
        String body = TestRunner.run(runner.manifest(runner.put("#!/bin/sh\n"), more), "", "alice");
        refused(status, code, runner.post(body, "application/json"));
    }

    @Test
    void givesNoToolTheRunnersOwnFolders() {
        String more = ",\"allowed_resources\":[\"" + folder.resolve("data") + "\"]";
        String body = TestRunner.run(runner.manifest(runner.put("#!/bin/sh\n"), more), "", "alice");
        refused(403, "files_exceed_policy", runner.post(body, "application/json"));
    }

    @Test
    void runsOnlyKindsThatItHas() {
        String wasm = "\0asm\1\0\0\0";
        String body = TestRunner.run(runner.manifest(runner.put(wasm), ""), "", "alice");
        refused(501, "backend_missing", runner.post(body, "application/json"));
    }

    @Test
    void takesRevocationsAtOnceAndTrustsNobodyWhenItCannotReadThem() throws Exception {
        String body = TestRunner.run(runner.manifest(runner.put("#!/bin/sh\n"), ""), "", "alice");
        Path revoked = folder.resolve("keys/revoked.txt");
        Files.writeString(revoked, "key " + runner.signer.verifyKey().id() + "\n");
        refused(403, "key_revoked", runner.post(body, "application/json"));
        Files.writeString(revoked, "kye " + runner.signer.verifyKey().id() + "\n");
        refused(503, "keys_unreadable", runner.post(body, "application/json"));
        Files.delete(revoked);
        assertEquals(200, runner.post(body, "application/json").statusCode());
    }

    @Test
    void runsNoSpoiltContent() throws Exception {
        String digest = runner.put("#!/bin/sh\n");
        Files.writeString(folder.resolve("data/content/sha256").resolve(digest), "#!/bin/sh\necho evil\n");
        String body = TestRunner.run(runner.manifest(digest, ""), "", "alice");
        refused(409, "content_mismatch", runner.post(body, "application/json"));
        refused(409, "content_missing", runner.post(body, "application/json"));
        runner.put("#!/bin/sh\n");
        assertEquals(200, runner.post(body, "application/json").statusCode());
    }

    @Test
    void passesRefusalsOfBackendsOn() {
        refused(403, "grant_unsafe", runner.runScript("#!/bin/sh\n", "\"args\": [\"refuse\"]"));
        refused(500, "internal_error", runner.runScript("#!/bin/sh\n", "\"args\": [\"throw\"]"));
        assertEquals(200, runner.runScript("#!/bin/sh\n", "").statusCode(), "and goes on");
    }

    @Test
    void tellsOfRunsThatCouldNotBeFollowed() {
        refused(500, "sandbox_failed", runner.runScript("#!/bin/sh\n", "\"args\": [\"fail\"]"));
        String body = TestRunner.run(runner.manifest(runner.put("#!/bin/sh\n"), ""), "\"args\": [\"fail\"]", "alice");
        List<Map<String, Object>> events =
                runner.post(body, "*/*").body().lines().map(TestRunner::json).toList();
        assertEquals(
                List.of("started", "failed"),
                events.stream().map(each -> each.get("event")).toList());
        assertEquals("sandbox_failed", events.getLast().get("code"));
    }

    @Test
    void endsARunAtItsTimeout() {
        HttpResponse<String> response = runner.runScript(FOREVER, "\"timeout_s\": 1");
        assertEquals(List.of("timeout"), TestRunner.json(response.body()).get("violations"));
        assertEquals(137L, TestRunner.json(response.body()).get("exit_code"));
    }

    /** Begins a run that does not end; gives its lines, once it has told that it started. */
    private Iterator<String> begin(String principal) throws Exception {
        String body = TestRunner.run(runner.manifest(runner.put(FOREVER), ""), "", principal);
        return runner.gateway()
                .send(runner.posting(body, "application/x-ndjson").build(), BodyHandlers.ofLines())
                .body()
                .iterator();
    }

    @Test
    void cancelsARunByItsIdForItsOwnGatewayOnly() throws Exception {
        Iterator<String> lines = begin("alice");
        String id = (String) TestRunner.json(lines.next()).get("run_id");
        HttpResponse<String> others = TestRunner.send(
                runner.client(runner.ca.client("other." + TestRunner.GATEWAY).issue()),
                runner.request("/v1/runs/" + id).DELETE());
        assertEquals(404, others.statusCode());
        assertEquals("run_unknown", TestRunner.code(others));
        assertEquals(202, runner.send(runner.request("/v1/runs/" + id).DELETE()).statusCode());
        String last = "";
        while (lines.hasNext()) {
            last = lines.next();
        }
        assertEquals(true, TestRunner.json(last).get("cancelled"));
        TestRunner.await(
                "the run is forgotten",
                () -> runner.send(runner.request("/v1/runs/" + id).DELETE()).statusCode() == 404);
    }

    @Test
    void killsARunWhoseClientLeaves() throws Exception {
        String body = TestRunner.run(runner.manifest(runner.put(FOREVER), ""), "", "alice");
        CompletableFuture<HttpResponse<String>> answer = runner.gateway()
                .sendAsync(runner.posting(body, "application/json").build(), BodyHandlers.ofString());
        TestRunner.await("it runs", () -> runner.backend.runs().size() == 1);
        answer.cancel(true);
        TestRunner.await("it is killed", () -> !runner.backend.runs().getFirst().isAlive());
        assertEquals(200, runner.runScript("#!/bin/sh\n", "").statusCode(), "its place is free again");
    }

    @Test
    void turnsAwayWhatHasNoPlace() throws Exception {
        begin("alice");
        begin("alice");
        String body = TestRunner.run(runner.manifest(runner.put(FOREVER), ""), "", "alice");
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(runner.gateway()
                    .sendAsync(runner.posting(body, "application/json").build(), BodyHandlers.ofString()));
        }
        TestRunner.await("two wait", () -> metric("pavise_runner_queue 2"));
        HttpResponse<String> busy = runner.post(body, "application/json");
        assertEquals(429, busy.statusCode());
        assertEquals("runner_busy", TestRunner.code(busy));
        assertEquals("1", busy.headers().firstValue("retry-after").orElseThrow());
        waiting.forEach(each -> each.cancel(true));
        TestRunner.await("nobody waits", () -> metric("pavise_runner_queue 0"));
        assertEquals(2, runner.backend.runs().size(), "who left while it waited never ran");
    }

    private boolean metric(String line) {
        return TestRunner.send(
                        runner.client(runner.ca.client(TestRunner.SCRAPER).issue()),
                        java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(runner.server.metricsUrl() + "/metrics")))
                .body()
                .contains(line);
    }

    @Test
    void countsWithoutNames() {
        runner.runScript("#!/bin/sh\n", "");
        runner.runScript("#!/bin/sh\nexit 1\n", "");
        runner.post("{}", "application/json");
        HttpResponse<String> metrics = TestRunner.send(
                runner.client(runner.ca.client(TestRunner.SCRAPER).issue()),
                java.net.http.HttpRequest.newBuilder(java.net.URI.create(runner.server.metricsUrl() + "/metrics")));
        for (String line : List.of(
                "pavise_runner_runs_total{backend=\"native\",outcome=\"success\"} 1.0",
                "pavise_runner_runs_total{backend=\"native\",outcome=\"failure\"} 1.0",
                "pavise_runner_run_seconds_count{backend=\"native\"} 2",
                "pavise_runner_refusals_total{reason=\"request_malformed\"} 1.0",
                "pavise_runner_contents 2.0",
                "pavise_runner_queue 0.0",
                "pavise_runner_running 0.0",
                "pavise_runner_tls_handshakes_total{result=\"done\"} 2.0")) {
            assertTrue(metrics.body().contains(line), line + " in\n" + metrics.body());
        }
        assertFalse(metrics.body().contains("alice") || metrics.body().contains("echo"));
    }

    @Test
    void drainsByItselfAndEndsWhatDoesNot() throws Exception {
        Iterator<String> lines = begin("alice");
        lines.next();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(runner.server::close);
        String last = "";
        while (lines.hasNext()) {
            last = lines.next();
        }
        assertEquals("result", TestRunner.json(last).get("event"), "the answer still comes");
        assertEquals(true, TestRunner.json(last).get("cancelled"));
        closed.join();
        assertTrue(runner.backend.closed);
    }

    @Test
    void refusesManifestsThatAreNotOfTheirForm() {
        refused(400, "request_malformed", runner.post("{", "application/json"));
        refused(400, "manifest_malformed", runner.post(TestRunner.run("{}", "", "alice"), "application/json"));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refused(404, "not_found", runner.get("/v1/other"));
        refused(404, "not_found", runner.get("/health?x=1"));
        refused(404, "not_found", runner.get("/metrics"));
        refused(405, "method_not_allowed", runner.get("/v1/runs"));
        refused(405, "method_not_allowed", runner.send(runner.request("/health").POST(BodyPublishers.noBody())));
        refused(406, "not_acceptable", runner.post("{}", "text/html"));
        String large = "x".repeat((1 << 20) + 1);
        refused(413, "request_too_large", runner.post(large, "application/json"));
        refused(
                413,
                "request_too_large",
                runner.send(
                        runner.request("/v1/runs").POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))));
        assertEquals(200, runner.get("/health").statusCode());
    }
}
