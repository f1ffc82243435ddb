package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.json.CanonicalJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Runs that are told while they go on, and callers that leave. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolStreamTest {
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

    private HttpRequest streamed(String tool) {
        return shop.request(TestGateway.TOKEN, "/v1/tools/" + tool + "/run")
                .header("accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private static String line(String event, Map<String, Object> members) {
        members.put("event", event);
        return CanonicalJson.text(members) + "\n";
    }

    private void goesWell(Map<String, Object> asked, Http2End stream) throws Exception {
        stream.respond(200, false)
                .send("{\"event\":\"started\",\"run_id\":\"" + ScriptedRunner.RUN_ID + "\"}\n", false);
        stream.send("{\"event\":\"output\",\"stream\":\"stdout\",\"data\":\"b3V0Cg==\"}\n{\"event\":\"out", false);
        stream.send("put\",\"stream\":\"stderr\",\"data\":\"ZXJyCg==\"}\n", false);
        Map<String, Object> result = shop.runner.result(asked, true, 0);
        result.remove("stdout");
        result.remove("stderr");
        stream.send(line("result", result), true);
    }

    private JsonNode end(String tool) throws Exception {
        return Trail.of(shop.gateway).end(tool);
    }

    @Test
    void tellsOutputAsItComesAndTheResultAtTheEnd() throws Exception {
        shop.make("told");
        shop.runner.answers(this::goesWell);
        HttpResponse<String> answer = shop.client().send(streamed("told"), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "text/event-stream", answer.headers().firstValue("content-type").orElse(""));
        List<String> events =
                answer.body().lines().filter(each -> each.startsWith("event: ")).toList();
        assertEquals(List.of("event: started", "event: output", "event: output", "event: result"), events);
        assertTrue(answer.body().contains("data: {\"data\":\"b3V0Cg==\",\"stream\":\"stdout\"}\n\n"), answer.body());
        JsonNode end = end("told");
        assertEquals("tool_run", Trail.text(end, "event_type"));
        assertEquals("success", Trail.text(end, "outcome"));
        assertEquals(ScriptedRunner.RUN_ID, Trail.metadata(end, "run_id"));
        assertEquals("verified", Trail.metadata(end, "receipt"));
    }

    @Test
    void refusesBeforeTheStreamBegins() throws Exception {
        shop.make("refused");
        shop.runner.answers((asked, stream) -> ScriptedRunner.refuse(stream, 403, "key_expired"));
        HttpResponse<String> answer = shop.client().send(streamed("refused"), HttpResponse.BodyHandlers.ofString());
        assertEquals(502, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("key_expired"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"dance\"}\n",
                "nonsense\n",
                "{\"event\":\"failed\",\"code\":\"sandbox_failed\"}\n",
                ""
            })
    void endsWithAnErrorWhereTheRunnerBreaksOff(String said) throws Exception {
        String tool = "broken" + said.length();
        shop.make(tool);
        shop.runner.answers((asked, stream) -> {
            stream.respond(200, false).send("{\"event\":\"started\",\"run_id\":\"r1\"}\n" + said, false);
            stream.reset();
        });
        HttpResponse<String> answer = shop.client().send(streamed(tool), HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.body().contains("event: error\ndata: {\"code\":\"runner_failed\""), answer.body());
        assertEquals("error", Trail.text(end(tool), "outcome"));
        assertEquals("unknown", Trail.metadata(end(tool), "ran"));
    }

    @Test
    void endsTheRunWhenTheReaderLeaves() throws Exception {
        shop.make("left");
        shop.runner.answers(shop.runner::waitForEver);
        HttpResponse<InputStream> answer =
                shop.client().send(streamed("left"), HttpResponse.BodyHandlers.ofInputStream());
        byte[] begun = answer.body().readNBytes("event: started".length());
        assertEquals("event: started", new String(begun, StandardCharsets.UTF_8));
        answer.body().close();
        Eventually.holds("the runner hears of it", () -> shop.runner.left().equals(List.of("Reset")));
        JsonNode end = end("left");
        assertEquals("client_gone", Trail.metadata(end, "ended"));
        assertEquals("failure", Trail.text(end, "outcome"));
        assertEquals("tool_run", Trail.text(end, "event_type"));
    }

    @Test
    void endsTheRunWhenWhoeverWaitsForItsResultLeaves() throws Exception {
        shop.make("abandoned");
        shop.runner.answers(shop.runner::silent);
        CompletableFuture<?> asked = shop.client()
                .sendAsync(
                        shop.request(TestGateway.TOKEN, "/v1/tools/abandoned/run")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        Eventually.holds("it runs", () -> shop.runner.runs().size() == 1);
        asked.cancel(true);
        Eventually.holds("the runner hears of it", () -> shop.runner.left().equals(List.of("Reset")));
        JsonNode outcome = Trail.of(shop.gateway)
                .await("abandoned", each -> Trail.text(each, "phase").equals("outcome"));
        assertEquals("client_gone", Trail.metadata(outcome, "code"));
        JsonNode late = Trail.of(shop.gateway)
                .await("abandoned", each -> Trail.text(each, "event_type").equals("tool_run"));
        assertEquals("ended", Trail.metadata(late, "ran"));
        assertEquals("failure", Trail.text(late, "outcome"));
    }

    @Test
    void endsTheRunWhenAnHttp1ClientLeaves() throws Exception {
        shop.make("wire");
        shop.runner.answers(shop.runner::silent);
        try (Wire wire = Wire.to(shop.gateway)) {
            wire.request("POST", "/v1/tools/wire/run", "Content-Length: 0\r\n");
            Eventually.holds("it runs", () -> shop.runner.runs().size() == 1);
        } catch (IOException closed) {
            throw new AssertionError(closed);
        }
        Eventually.holds("the runner hears of it", () -> shop.runner.left().equals(List.of("Reset")));
    }

    @Test
    void bringsMuchOutputThrough() throws Exception {
        shop.make("much");
        String data = "QUFB".repeat(4000);
        shop.runner.answers((asked, stream) -> {
            stream.respond(200, false).send("{\"event\":\"started\",\"run_id\":\"r1\"}\n", false);
            for (int i = 0; i < 200; i++) {
                stream.send("{\"event\":\"output\",\"stream\":\"stdout\",\"data\":\"" + data + "\"}\n", false);
            }
            Map<String, Object> result = shop.runner.result(asked, true, 0);
            stream.send(line("result", result), true);
        });
        HttpResponse<String> answer = shop.client().send(streamed("much"), HttpResponse.BodyHandlers.ofString());
        assertEquals(
                200,
                answer.body()
                        .lines()
                        .filter(each -> each.equals("event: output"))
                        .count());
        assertTrue(answer.body().contains("event: result"));
    }
}
