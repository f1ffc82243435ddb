package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.Judged.NO;
import static dev.pavise.proxy.server.Judged.YES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens around a request while a decision point outside has not answered yet: clients leave, others go on, time passes, the gateway stops. */
final class JudgingTest {
    @TempDir
    Path folder;

    private Judged judged;

    @AfterEach
    void stop() {
        if (judged != null) {
            judged.close();
        }
    }

    // ---- clients that leave

    @Test
    void forwardsNothingForAClientThatLeft() throws Exception {
        judged = new Judged(folder, "");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/1", "Content-Length: 1000\r\n").send("first");
            judged.question();
            wire.reset();
        }
        Eventually.holds("the connection is gone", () -> judged.gateway().figure("pavise_connections") <= 1);
        judged.answer(YES);
        assertServes("/agents/next");
        assertEquals(List.of("GET /agents/next"), judged.origin().seen());
        assertEquals(List.of(), judged.trail().story("/agents/1"));
    }

    @Test
    void forwardsNothingForAStreamThatWasReset() throws Exception {
        judged = new Judged(folder, "");
        try (Http2Client client = Http2Client.to(judged.gateway())) {
            Http2End stream =
                    client.open(Http2Client.head("POST", "/agents/1"), false).send("first", false);
            judged.question();
            stream.reset();
            assertEquals(200, client.request("GET", "/free/1").message().status()); // so the reset was taken
            judged.answer(YES);
            Http2End next = client.request("GET", "/agents/2");
            judged.question();
            judged.answer(YES);
            assertEquals(200, next.message().status());
        }
        assertEquals(List.of("GET /free/1", "GET /agents/2"), judged.origin().seen());
    }

    private void assertServes(String path) throws Exception {
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("GET", path);
            judged.question();
            judged.answer(YES);
            assertEquals(200, wire.answer().status());
        }
    }

    // ---- order

    @Test
    void keepsPipelinedRequestsInOrder() throws Exception {
        judged = new Judged(folder, "");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("GET", "/agents/1")
                    .request("GET", "/free/2")
                    .request("GET", "/agents/3")
                    .request("GET", "/free/4");
            judged.question();
            assertEquals(List.of(), judged.origin().seen());
            judged.answer(YES);
            assertTrue(wire.answer().text().startsWith("GET /agents/1 "));
            assertTrue(wire.answer().text().startsWith("GET /free/2 "));
            judged.question();
            judged.answer(NO);
            assertEquals(403, wire.answer().status());
            assertTrue(wire.answer().text().startsWith("GET /free/4 "));
        }
        assertEquals(
                List.of("GET /agents/1", "GET /free/2", "GET /free/4"),
                judged.origin().seen());
    }

    // ---- time and ends

    @Test
    void waitsNoLongerThanARequestMayTake() throws Exception {
        judged = new Judged(folder, "limits: {request_timeout: 300ms}\n");
        try (Wire wire = Wire.to(judged.gateway())) {
            assertEquals(503, wire.request("GET", "/agents/1").answer().status());
            assertEquals(
                    "no answer", Trail.metadata(judged.trail().of("/agents/1").getFirst(), "detail"));
            judged.answer(YES);
            assertEquals(200, wire.request("GET", "/free/1").answer().status(), "the late answer is nobody's");
        }
        assertEquals(List.of("GET /free/1"), judged.origin().seen());
    }

    @Test
    void finishesWhatIsJudgedWhileItDrains() throws Exception {
        judged = new Judged(folder, "");
        Thread stopping;
        try (Wire wire = Wire.to(judged.gateway());
                Http2Client client = Http2Client.to(judged.gateway())) {
            wire.request("GET", "/agents/1");
            judged.question();
            Http2End stream = client.request("GET", "/agents/2");
            judged.question();
            stopping = Thread.ofPlatform().start(judged.gateway()::close);
            assertTrue(client.sawGoAway());
            judged.answer(YES);
            judged.answer(YES);
            assertEquals(200, wire.answer().status());
            assertEquals(200, stream.message().status());
        }
        stopping.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(stopping.isAlive());
    }

    @Test
    void refusesWhatIsNotJudgedInTimeToDrain() throws Exception {
        judged = new Judged(folder, "limits: {drain_timeout: 200ms}\n");
        try (Wire wire = Wire.to(judged.gateway());
                Http2Client client = Http2Client.to(judged.gateway())) {
            wire.request("GET", "/agents/1");
            judged.question();
            Http2End stream = client.request("GET", "/agents/2");
            judged.question();
            judged.gateway().close();
            assertEquals(503, wire.answer().status());
            assertEquals(503, stream.message().status());
        }
        judged.answer(YES);
        judged.answer(YES);
        Path data = folder.resolve("data");
        AuditSettings settings = AuditSettings.of(
                data.resolve("audit"), data.resolve("keys").resolve("audit.key"), data.resolve("audit.anchor"));
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(List.of("outcome denied draining"), new Trail(store).story("/agents/1"));
            assertEquals(List.of("outcome denied draining"), new Trail(store).story("/agents/2"));
        }
        assertEquals(List.of(), judged.origin().seen());
    }

    @Test
    void allowsNothingThatCannotBeWrittenDownByThen() throws Exception {
        long free = Files.getFileStore(folder).getUsableSpace() >> 20;
        Assumptions.assumeTrue(free > 8192, "there is room to fill and to leave");
        judged = new Judged(folder, "audit: {low_water: " + (free - 2048) + "MiB}\n");
        try (Wire wire = Wire.to(judged.gateway());
                Wire probe = Wire.to(judged.gateway())) {
            wire.request("GET", "/agents/1");
            judged.question();
            String filler = folder.resolve("filler").toString();
            assertEquals(
                    0,
                    new ProcessBuilder("fallocate", "-l", "3072MiB", filler)
                            .start()
                            .waitFor());
            Eventually.holds(
                    "it is noticed",
                    () -> probe.anonymous("GET", "/health/ready").answer().status() == 503);
            judged.answer(YES);
            Wire.Message refused = wire.answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("audit_unavailable"), refused.text());
        }
        assertEquals(List.of(), judged.origin().seen());
    }

    // ---- many at once

    @Test
    void decidesEachOfManyStreamsByItsOwnAnswer() throws Exception {
        judged = new Judged(folder, "");
        try (Http2Client client = Http2Client.to(judged.gateway())) {
            Http2End[] streams = new Http2End[50];
            for (int i = 0; i < streams.length; i++) {
                Http2Headers head = Http2Client.head("POST", "/agents/" + i);
                streams[i] = client.open(head, false).send("body " + i, true);
            }
            for (int i = 0; i < streams.length; i++) {
                judged.question();
            }
            for (int i = 0; i < streams.length; i++) {
                judged.answer(i % 2 == 0 ? YES : NO);
            }
            int allowed = 0;
            for (int i = 0; i < streams.length; i++) {
                Http2End.Message answer = streams[i].message();
                boolean served = answer.status() == 200;
                assertTrue(served || answer.status() == 403, answer.body());
                assertTrue(!served || answer.body().endsWith("body " + i), answer.body());
                assertEquals(served, judged.origin().seen().contains("POST /agents/" + i));
                allowed += served ? 1 : 0;
            }
            assertEquals(25, allowed);
        }
    }
}
