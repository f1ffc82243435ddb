package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop lets what is under way finish, takes in nothing new, and comes to an end. */
final class DrainTest {
    @TempDir
    Path folder;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;
    private Thread stopping = new Thread(() -> {});

    private void start(String more) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().startsWith("/agents/stream")) {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                goOn.await(60, TimeUnit.SECONDS);
                wire.send("4\r\nlast\r\n0\r\n\r\n");
            } else {
                goOn.await(60, TimeUnit.SECONDS);
                RawOrigin.respond(wire, "done");
            }
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), more));
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        stopping.join();
        gateway.close();
        origin.close();
    }

    /** Begins to stop, and waits until nothing new is taken in. */
    private void beginToStop() throws Exception {
        int port = gateway.port();
        var trust = gateway.trust();
        stopping = Thread.ofPlatform().start(gateway::close);
        Eventually.holds("new connections are refused", () -> {
            try {
                Wire.to(trust, port).close();
                return false;
            } catch (IOException refused) {
                return true;
            }
        });
    }

    @Test
    void letsRequestsAndStreamsFinish() throws Exception {
        start("");
        try (Wire request = Wire.to(gateway);
                Wire stream = Wire.to(gateway);
                Wire idle = Wire.to(gateway);
                Wire late = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            idle.anonymous("GET", "/health").answer();
            request.request("GET", "/agents/1");
            stream.request("GET", "/agents/stream1").head();
            assertEquals("first", new String(stream.chunk()));
            Http2End second = client.request("GET", "/agents/stream2");
            second.head();
            late.send("GET /health/ready HTTP/1.1\r\n");
            Eventually.holds("all are under way", () -> origin.seen().size() == 3);

            beginToStop();
            assertTrue(idle.isEnded(), "idle connections are closed");
            assertTrue(client.sawGoAway());
            late.send("Host: localhost\r\n\r\n");
            Wire.Message ready = late.answer();
            assertEquals(503, ready.status());
            assertEquals("draining\n", ready.text());
            assertTrue(stopping.isAlive());

            goOn.countDown();
            Wire.Message answer = request.answer();
            assertEquals("done", answer.text());
            assertEquals("close", answer.field("connection"));
            assertTrue(request.isEnded());
            assertEquals("last", new String(stream.chunk()));
            assertEquals(0, stream.chunk().length);
            assertEquals("firstlast", second.data(9));
            assertEquals("complete", second.howItEnded());
            stopping.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(stopping.isAlive());
        }
    }

    @Test
    void endsWhatDoesNotFinishInTime() throws Exception {
        start("limits: {drain_timeout: 300ms}\n");
        try (Wire request = Wire.to(gateway);
                Wire stream = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            request.request("GET", "/agents/1");
            stream.request("GET", "/agents/stream1").head();
            Http2End second = client.request("GET", "/agents/stream2");
            second.head();
            Http2End third = client.request("GET", "/agents/2");
            Eventually.holds("all are under way", () -> origin.seen().size() == 4);
            beginToStop();
            Wire.Message refused = request.answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("\"code\":\"draining\""), refused.text());
            assertEquals("5\r\nfirst\r\n".length(), stream.skip(Long.MAX_VALUE));
            assertEquals("INTERNAL_ERROR", second.howItEnded());
            assertEquals(503, third.message().status());
            stopping.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(stopping.isAlive());
        }
        Path data = folder.resolve("data");
        AuditSettings settings = AuditSettings.of(
                data.resolve("audit"), data.resolve("keys").resolve("audit.key"), data.resolve("audit.anchor"));
        try (AuditStore store = AuditStore.open(settings)) {
            Trail trail = new Trail(store);
            assertEquals("intent unknown,outcome error draining", String.join(",", trail.story("/agents/1")));
            assertEquals("draining", Trail.metadata(trail.end("/agents/stream1"), "ended"));
            assertEquals("draining", Trail.metadata(trail.end("/agents/stream2"), "ended"));
            assertEquals("gateway.stop", Trail.text(trail.of("gateway").getLast(), "action"));
        }
    }

    @Test
    void letsAChangeOfKeysFinish() throws Exception {
        start("");
        String body = "{\"name\":\"late\",\"permissions\":[\"agent:list\"]}";
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/v1/auth/keys", "Content-Length: " + body.length() + "\r\n");
            Trail.of(gateway)
                    .await("/v1/auth/keys", each -> Trail.text(each, "phase").equals("intent"));
            beginToStop();
            Wire.Message answer = wire.send(body).answer();
            assertEquals(201, answer.status(), answer.text());
        }
        stopping.join();
    }

    @Test
    void waitsForNobodyWhoHasNotShownHimself() throws Exception {
        start("limits: {drain_timeout: 60s, handshake_timeout: 60s}\n");
        try (java.net.Socket silent = new java.net.Socket("localhost", gateway.port())) {
            Eventually.holds("it was accepted", () -> gateway.figure("pavise_connections") >= 1);
            beginToStop();
            stopping.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(stopping.isAlive());
            assertEquals(-1, silent.getInputStream().read());
        }
        assertThrows(IOException.class, () -> new java.net.Socket("localhost", gateway.port()).close());
    }
}
