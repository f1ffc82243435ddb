package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream lives no longer than the proof it began with. */
final class SessionTest {
    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String more) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().equals("/agents/once")) {
                RawOrigin.respond(wire, "once");
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!never.await(20, TimeUnit.MILLISECONDS)) { // busy, so that no silence can end it
                wire.send("4\r\ntick\r\n");
            }
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), more));
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
    }

    @Test
    void endsStreamsAtTheSessionTimeout() throws Exception {
        start("identity: {session_timeout: 1s}\n");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1").head();
            Http2End stream = client.request("GET", "/agents/2");
            stream.head();
            wire.skip(Long.MAX_VALUE);
            assertEquals("INTERNAL_ERROR", stream.howItEnded());
        }
        assertEquals("session_timeout", Trail.metadata(Trail.of(gateway).end("/agents/1"), "ended"));
        assertEquals("session_timeout", Trail.metadata(Trail.of(gateway).end("/agents/2"), "ended"));
    }

    @Test
    void endsStreamsAndRequestsWhenTheTokenExpires() throws Exception {
        start(Jwt.ISSUER);
        Instant expiry = Instant.now().plusSeconds(3);
        String token = Jwt.of("alice", expiry);
        try (Wire stream = Wire.to(gateway);
                Wire wire = Wire.to(gateway)) {
            stream.as(token, "GET", "/agents/1").head();
            assertEquals(200, wire.as(token, "GET", "/agents/once").answer().status());
            stream.skip(Long.MAX_VALUE);
            assertEquals("credential_expired", Trail.metadata(Trail.of(gateway).end("/agents/1"), "ended"));
            assertTrue(!Instant.now().isBefore(expiry.minusSeconds(1)), "not before its time");
            assertEquals(401, wire.as(token, "GET", "/agents/once").answer().status());
        }
        assertEquals(2, origin.seen().size());
    }

    @Test
    void takesNoTokenThatIsExpiredAlready() throws Exception {
        start(Jwt.ISSUER);
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    401,
                    wire.as(Jwt.of("alice", Duration.ofSeconds(-5)), "GET", "/agents/1")
                            .answer()
                            .status());
        }
        assertTrue(origin.seen().isEmpty());
    }
}
