package dev.pavise.proxy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
final class DemoAgentTest {
    private final DemoAgent agent = DemoAgent.start(0);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.shutdownNow();
        agent.close();
    }

    @Test
    void listsAndTellsAgents() throws Exception {
        assertEquals(
                "{\"agents\":[\"scribe\",\"planner\",\"researcher\"]}",
                get("/agents").body());
        JsonNode one = new JsonMapper().readTree(get("/agents/scribe").body());
        assertEquals("scribe", one.get("id").asString());
        assertEquals("idle", one.get("state").asString());
        assertEquals(404, get("/agents/scribe/diary").statusCode());
    }

    @Test
    void streamsTokensAsEvents() throws Exception {
        HttpResponse<String> response = get("/agents/scribe/stream?tokens=3&interval=1");

        assertEquals(
                "text/event-stream",
                response.headers().firstValue("content-type").orElseThrow());
        List<String> data = response.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .toList();
        assertEquals(
                List.of(
                        "data: {\"token\":\"a\"}",
                        "data: {\"token\":\"pavise\"}",
                        "data: {\"token\":\"is\"}",
                        "data: {\"tokens\":3}"),
                data);
    }

    @Test
    void makesDownloadsOfAnyLength() throws Exception {
        for (long bytes : new long[] {0, 1, 65_536, 5_000_001}) {
            HttpResponse<InputStream> response =
                    client.send(request("/download?bytes=" + bytes).build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                assertEquals(bytes, body.transferTo(java.io.OutputStream.nullOutputStream()));
            }
        }
    }

    @Test
    void countsUploads() throws Exception {
        HttpRequest upload = request("/upload")
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(new byte[3_000_000]))
                .build();

        assertEquals(
                "{\"bytes\":3000000}",
                client.send(upload, BodyHandlers.ofString()).body());
    }

    @Test
    void showsWhatArrived() throws Exception {
        JsonNode seen = new JsonMapper()
                .readTree(client.send(
                                request("/echo?q=1").header("x-colour", "green").build(), BodyHandlers.ofString())
                        .body());

        assertEquals("GET", seen.get("method").asString());
        assertEquals("/echo?q=1", seen.get("target").asString());
        assertEquals("green", seen.get("headers").get("x-colour").get(0).asString());
    }

    @Test
    void echoesWebSocketMessages() throws Exception {
        CompletableFuture<String> echoed = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + agent.port() + "/ws/echo"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        echoed.complete(data.toString());
                        return CompletableFuture.completedStage(null);
                    }
                })
                .get(10, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(10, TimeUnit.SECONDS);

        assertEquals("hello", echoed.get(10, TimeUnit.SECONDS));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpRequest head =
                request("/agents").method("HEAD", BodyPublishers.noBody()).build();

        assertTrue(client.send(head, BodyHandlers.ofString())
                        .headers()
                        .firstValueAsLong("content-length")
                        .orElseThrow()
                > 0);
    }

    private HttpResponse<String> get(String target) throws Exception {
        return client.send(request(target).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(agent.uri().resolve(target)).version(HttpClient.Version.HTTP_1_1);
    }
}
