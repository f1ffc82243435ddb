package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** No effect without a record (promise P3), with both durabilities: with {@code disk}, records are stored on another thread, later. */
final class AuditOrderTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<List<String>> atArrival = new CopyOnWriteArrayList<>();
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String durability, RawOrigin.Answering answering) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            atArrival.add(Trail.of(gateway).story(request.target()));
            answering.answer(request, wire);
        });
        gateway = TestGateway.start(
                folder,
                Yaml.oneRoute(origin.port(), "audit: {durability: " + durability + "}\nlimits: {body: 1MiB}\n"));
        opened.add(gateway);
        opened.add(origin);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void storesTheIntentBeforeAndTheOutcomeBeforeTheHead(String durability) throws Exception {
        start(durability, RawOrigin::echo);
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < 10; i++) {
                String path = "/agents/" + i;
                Wire.Message answer = wire.request("POST", path, "Content-Length: 5\r\n")
                        .send("hello")
                        .answer();
                assertEquals(
                        List.of("intent unknown", "outcome success"),
                        Trail.of(gateway).story(path));
                assertEquals(200, answer.status());
                assertTrue(answer.text().endsWith("\r\n\r\nhello"), answer.text());
                assertEquals(
                        answer.field("x-request-id"),
                        Trail.text(Trail.of(gateway).of(path).getFirst(), "request_id"));
                Http2End stream = client.open(Http2Client.head("POST", path + "/2"), false);
                Http2End.Message second = stream.send("hello", true).message();
                assertEquals(
                        List.of("intent unknown", "outcome success"),
                        Trail.of(gateway).story(path + "/2"));
                assertTrue(second.body().endsWith("\r\n\r\nhello"), second.body());
            }
        }
        assertEquals(20, atArrival.size());
        atArrival.forEach(story -> assertEquals(List.of("intent unknown"), story));
        JsonNode outcome = Trail.of(gateway).of("/agents/1").getLast();
        assertEquals("operator", Trail.text(outcome, "actor"));
        assertEquals("api.request", Trail.text(outcome, "action"));
        assertEquals("127.0.0.1", Trail.text(outcome, "ip"));
        assertEquals("agents", Trail.metadata(outcome, "rule"));
        assertEquals(200, Trail.number(outcome, "status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void streamsAndTrailersComeThroughWhole(String durability) throws Exception {
        start(durability, (request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 50; i++) {
                wire.send("4\r\npart\r\n");
            }
            wire.send("0\r\nx-sum: " + request.text().length() + "\r\n\r\n");
        });
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < 5; i++) {
                wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\n")
                        .send("3\r\nabc\r\n0\r\nt: 1\r\n\r\n");
                Wire.Message answer = wire.answer();
                assertEquals("part".repeat(50), answer.text());
                assertEquals("x-sum: 3\n", answer.trailers());
                Http2End stream = client.open(Http2Client.head("POST", "/agents/2"), false);
                stream.send(new byte[100_000], false).send(new byte[100_000], true);
                Http2End.Message second = stream.message();
                assertEquals("part".repeat(50), second.body());
                assertEquals(
                        "200000",
                        String.valueOf(
                                second.trailers() == null
                                        ? ""
                                        : second.trailers().get("x-sum")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void recordsRefusalsAndForwardsNothing(String durability) throws Exception {
        start(durability, RawOrigin::echo);
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(404, wire.request("GET", "/nowhere").answer().status());
            wire.send("GET /agents/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(401, wire.answer().status());
            wire.send("GET /agents/2 HTTP/1.1\r\nHost: elsewhere\r\nAuthorization: Bearer " + TestGateway.TOKEN
                    + "\r\n\r\n");
            assertEquals(421, wire.answer().status());
            wire.request("POST", "/agents/3", "Content-Length: 1048577\r\n");
            assertEquals(413, wire.answer().status());
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.send("GET /agents/4 HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n");
            assertEquals(400, wire.answer().status());
        }
        Trail trail = Trail.of(gateway);
        assertEquals(List.of("outcome denied no_route"), trail.story("/nowhere"));
        assertEquals(List.of("outcome denied unauthenticated"), trail.story("/agents/1"));
        assertEquals(List.of("outcome denied misdirected"), trail.story("/agents/2"));
        assertEquals(List.of("outcome denied body_too_large"), trail.story("/agents/3"));
        assertEquals(List.of("outcome denied ambiguous_host"), trail.story("-"));
        assertEquals("login_failure", Trail.text(trail.of("/agents/1").getFirst(), "event_type"));
        assertEquals("access_denied", Trail.text(trail.of("/nowhere").getFirst(), "event_type"));
        assertEquals(List.of(), origin.seen());
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void countsAFloodOfRefusalsExactly(String durability) throws Exception {
        start(durability, RawOrigin::echo);
        int flood = 500;
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < flood; i++) {
                assertEquals(404, wire.request("GET", "/nowhere").answer().status());
            }
        }
        Eventually.holds("all are counted", () -> own() + rolledUp() >= flood);
        assertEquals(flood, own() + rolledUp());
        assertTrue(own() < flood / 2, own() + " records of their own");
        assertEquals(List.of(), origin.seen());
    }

    private long own() throws Exception {
        return Trail.of(gateway).of("/nowhere").size();
    }

    private long rolledUp() throws Exception {
        return Trail.of(gateway).of("refusals").stream()
                .filter(each -> Trail.metadata(each, "reason").equals("no_route"))
                .mapToLong(each -> Trail.number(each, "count"))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void recordsBodiesThatTurnOutTooLargeOrBroken(String durability) throws Exception {
        start(durability, RawOrigin::echo);
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/large", "Transfer-Encoding: chunked\r\n");
            wire.send("200000\r\n").send(new byte[1 << 21], (1 << 20) + 1);
            assertEquals(413, wire.answer().status());
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/broken", "Transfer-Encoding: chunked\r\n")
                    .send("x\r\n");
            assertEquals(400, wire.answer().status());
        }
        assertEquals(
                List.of("intent unknown", "outcome failure body_too_large"),
                Trail.of(gateway).story("/agents/large"));
        assertEquals(
                List.of("intent unknown", "outcome failure malformed_request"),
                Trail.of(gateway).story("/agents/broken"));
    }
}
