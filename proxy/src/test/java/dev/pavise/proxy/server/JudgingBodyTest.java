package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.Judged.NO;
import static dev.pavise.proxy.server.Judged.UPGRADE;
import static dev.pavise.proxy.server.Judged.YES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and protocol switches while a decision point outside has not answered yet: nothing goes on, and little is held. */
final class JudgingBodyTest {
    @TempDir
    Path folder;

    private Judged judged;

    @AfterEach
    void stop() {
        if (judged != null) {
            judged.close();
        }
    }

    // ---- bodies

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void holdsABodyBackUntilItIsDecided(boolean allowed, boolean chunked) throws Exception {
        judged = new Judged(folder, "");
        try (Wire wire = Wire.to(judged.gateway())) {
            String framing = chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 10\r\n";
            wire.request("POST", "/agents/1", framing);
            wire.send(chunked ? "5\r\nfirst\r\n" : "first");
            judged.question();
            wire.send(chunked ? "3\r\nand\r\n" : "and");
            assertEquals(List.of(), judged.origin().seen());
            judged.answer(allowed ? YES : NO);
            if (allowed) {
                wire.send(chunked ? "2\r\nso\r\n0\r\n\r\n" : "so");
                Wire.Message answer = wire.answer();
                assertEquals(200, answer.status());
                assertTrue(answer.text().endsWith("\r\n\r\nfirstandso"), answer.text());
                judged.answer(YES);
                assertEquals(200, wire.request("GET", "/agents/2").answer().status(), "the connection goes on");
            } else {
                Wire.Message answer = wire.answer();
                assertEquals(403, answer.status());
                assertEquals("close", answer.field("connection"));
                assertEquals(List.of(), judged.origin().seen());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksForABodyOnlyOnceItIsWanted(boolean allowed) throws Exception {
        judged = new Judged(folder, "");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/1", "Content-Length: 5\r\nExpect: 100-continue\r\n");
            judged.question();
            judged.answer(allowed ? YES : NO);
            if (allowed) {
                assertEquals("HTTP/1.1 100 Continue\r\n\r\n", wire.head());
                Wire.Message answer = wire.send("hello").answer();
                assertTrue(answer.text().endsWith("hello"), answer.text());
            } else {
                assertEquals(403, wire.answer().status(), "and no 100 before it");
                assertEquals(List.of(), judged.origin().seen());
            }
        }
    }

    @Test
    void holdsNoMoreOfABodyThanIsOnItsWay() throws Exception {
        long size = 256L << 20;
        judged = new Judged(folder, "limits: {body: 1GiB}\n");
        AtomicLong sent = new AtomicLong();
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/1", "Content-Length: " + size + "\r\n");
            judged.question();
            Thread sender = Thread.ofPlatform().start(() -> send(wire, size, sent));
            awaitStanding(sent);
            assertTrue(sent.get() > 0 && sent.get() < 64L << 20, "was taken while nothing was decided: " + sent);
            judged.answer(NO);
            assertEquals(403, wire.answer().status());
            sender.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(sender.isAlive());
            assertTrue(sent.get() < size, "was taken in all: " + sent);
        }
        assertEquals(List.of(), judged.origin().seen());
    }

    private static void send(Wire wire, long size, AtomicLong sent) {
        byte[] part = new byte[64 * 1024];
        try {
            while (sent.get() < size) {
                wire.send(part, part.length);
                sent.addAndGet(part.length);
            }
        } catch (IOException refused) {
            // the gateway closes
        }
    }

    /** Waits until a figure that grew does not any more. */
    private static void awaitStanding(AtomicLong figure) throws Exception {
        long[] last = {-1, 0};
        Eventually.holds("it stands still", () -> {
            long now = figure.get();
            last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] > 150;
        });
    }

    @Test
    void countsAHeldBodyAgainstItsLimit() throws Exception {
        judged = new Judged(folder, "limits: {body: 8B}\n");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\n").send("9\r\ntoo large\r\n0\r\n\r\n");
            judged.question();
            judged.answer(YES);
            assertEquals(413, wire.answer().status());
        }
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/2", "Content-Length: 9\r\n");
            judged.question();
            judged.answer(YES);
            assertEquals(413, wire.answer().status());
        }
        assertFalse(judged.origin().seen().contains("POST /agents/2"));
    }

    @Test
    void refusesABodyThatGoesWrongMeanwhile() throws Exception {
        judged = new Judged(folder, "");
        try (Wire wire = Wire.to(judged.gateway())) {
            wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\n").send("5\r\nfirst\r\n");
            judged.question();
            wire.send("zz\r\n");
            judged.answer(YES);
            // What comes first decides: the flaw is seen at once, or, as reading pauses, when the body is wanted.
            assertEquals(400, wire.answer().status());
        }
        for (String line : judged.trail().story("/agents/1")) {
            assertFalse(line.contains("success"), line);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void holdsABodyOverHttp2(boolean allowed) throws Exception {
        judged = new Judged(folder, "");
        try (Http2Client client = Http2Client.to(judged.gateway())) {
            Http2End stream =
                    client.open(Http2Client.head("POST", "/agents/1"), false).send("first", false);
            judged.question();
            stream.send("rest", false);
            assertEquals(200, client.request("GET", "/free/1").message().status(), "other streams go on");
            assertEquals(List.of("GET /free/1"), judged.origin().seen());
            judged.answer(allowed ? YES : NO);
            if (allowed) {
                assertTrue(stream.send("end", true).message().body().endsWith("firstrestend"));
            } else {
                assertEquals(403, stream.message().status());
                assertEquals(List.of("GET /free/1"), judged.origin().seen());
            }
            assertEquals(200, client.request("GET", "/free/2").message().status());
        }
    }

    // ---- WebSocket

    @Test
    void switchesProtocolsOnlyOnceItIsDecided() throws Exception {
        judged = new Judged(folder, "");
        try (Wire allowed = Wire.to(judged.gateway());
                Wire denied = Wire.to(judged.gateway())) {
            allowed.request("GET", "/agents/1", UPGRADE);
            judged.question();
            assertEquals(List.of(), judged.origin().seen());
            judged.answer(YES);
            assertTrue(allowed.head().startsWith("HTTP/1.1 101 "));
            assertEquals("frame", new String(allowed.send("frame").bytes(5)));
            denied.request("GET", "/agents/2", UPGRADE).send("early frame that nobody asked for");
            judged.question();
            judged.answer(NO);
            assertEquals(403, denied.answer().status());
        }
        assertEquals(List.of("GET /agents/1"), judged.origin().seen());
    }
}
