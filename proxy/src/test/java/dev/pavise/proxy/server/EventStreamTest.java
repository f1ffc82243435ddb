package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Server-sent events: each at once, silences in between, and what is written down at the end. */
final class EventStreamTest {
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @TempDir
    Path folder;

    /** What the origin is to send next; {@code end} ends the stream, {@code break} the connection. */
    private final BlockingQueue<String> script = new LinkedBlockingQueue<>();

    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String more) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            wire.send(STREAM_HEAD);
            for (String next = next(); !next.equals("end"); next = next()) {
                if (next.equals("break")) {
                    wire.close();
                    return;
                }
                wire.send(Integer.toHexString(next.length()) + "\r\n" + next + "\r\n");
            }
            wire.send("0\r\n\r\n");
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), more));
    }

    private String next() throws InterruptedException {
        String next = script.poll(60, TimeUnit.SECONDS);
        return next == null ? "break" : next;
    }

    @AfterEach
    void stop() {
        script.add("break");
        gateway.close();
        origin.close();
    }

    private static String text(byte[] chunk) {
        return new String(chunk, StandardCharsets.ISO_8859_1);
    }

    @Test
    void sendsEachEventAtOnce() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1").head();
            for (int i = 0; i < 20; i++) { // the next event is made only when this one has come
                script.add("data: " + i + "\n\n");
                assertEquals("data: " + i + "\n\n", text(wire.chunk()));
            }
            script.add("end");
            assertEquals(0, wire.chunk().length);
            Http2End stream = client.request("GET", "/agents/2");
            stream.head();
            for (int i = 0; i < 20; i++) {
                script.add("data: " + i + "\n\n");
                assertEquals("data: " + i + "\n\n", stream.data());
            }
            script.add("end");
            assertEquals("complete", stream.howItEnded());
        }
        JsonNode end = Trail.of(gateway).end("/agents/1");
        assertEquals("complete", Trail.metadata(end, "ended"));
        assertEquals("success", Trail.text(end, "outcome"));
        assertEquals(10 * 9 + 10 * 10, Trail.number(end, "response_bytes"));
        assertTrue(end.path("metadata").has("duration_us"), end.toString());
    }

    @Test
    void endsStreamsThatAreSilentForTooLong() throws Exception {
        start("limits: {idle_timeout: 1500ms}\n");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/1").head();
            long from = System.nanoTime();
            for (int i = 0; i < 4; i++) { // together longer than the limit, each silence shorter
                long due = from + TimeUnit.MILLISECONDS.toNanos(500L * (i + 1));
                Eventually.holds("half a second", () -> System.nanoTime() - due > 0);
                script.add("data: x\n\n");
                assertEquals("data: x\n\n", text(wire.chunk()));
            }
            assertTrue(wire.isEnded());
        }
        JsonNode end = Trail.of(gateway).end("/agents/1");
        assertEquals("idle_timeout", Trail.metadata(end, "ended"));
        assertEquals("failure", Trail.text(end, "outcome"));
    }

    @Test
    void tellsOfClientsThatLeave() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1").head();
            script.add("data: x\n\n");
            wire.chunk();
            wire.reset();
            assertEquals("client_gone", Trail.metadata(Trail.of(gateway).end("/agents/1"), "ended"));
            script.add("break");
            Http2End stream = client.request("GET", "/agents/2");
            stream.head();
            stream.reset();
            assertEquals("client_gone", Trail.metadata(Trail.of(gateway).end("/agents/2"), "ended"));
        }
    }

    @Test
    void breaksOffWhatTheUpstreamBreaksOff() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1").head();
            script.add("data: x\n\n");
            wire.chunk();
            script.add("break");
            assertTrue(wire.isEnded()); // without the last chunk, so that the client cannot take it for whole
            Http2End stream = client.request("GET", "/agents/2");
            stream.head();
            script.add("break");
            assertEquals("INTERNAL_ERROR", stream.howItEnded());
            assertTrue(client.isOpen());
        }
        for (String path : new String[] {"/agents/1", "/agents/2"}) {
            JsonNode end = Trail.of(gateway).end(path);
            assertEquals("upstream_failed", Trail.metadata(end, "ended"));
            assertTrue(Trail.metadata(end, "failure").contains("runtime"), end.toString());
        }
    }
}
