package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTTP/1 clients may ask for, on sockets, before an HTTP/1.1 upstream. */
final class Http1ClientTest {
    @TempDir
    Path folder;

    private RawOrigin origin;
    private TestGateway gateway;

    private void start(RawOrigin.Answering answering) throws Exception {
        start(RawOrigin.answering(answering));
    }

    private void start(RawOrigin made) throws Exception {
        origin = made;
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), ""));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void keepsBothConnectionsForManyRequests() throws Exception {
        start(RawOrigin.echoing());
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, wire.request("GET", "/agents/" + i).answer().status());
            }
        }
        assertEquals(20, origin.seen().size());
        assertEquals(1, origin.connections());
    }

    @Test
    void goesOnWhereAConnectionWasQuietBesideABusyOne() throws Exception {
        start((request, wire) -> RawOrigin.respond(wire, request.target()));
        long quiet = Deadlines.SWEEP_MILLIS * 1_000_000L * 10;
        try (Wire still = Wire.to(gateway);
                Wire busy = Wire.to(gateway)) {
            for (int round = 0; round < 2; round++) {
                assertEquals(
                        "/agents/still",
                        still.request("GET", "/agents/still").answer().text());
                long until = System.nanoTime() + quiet;
                for (int i = 0; System.nanoTime() - until < 0; i++) {
                    assertEquals(
                            "/agents/" + i,
                            busy.request("GET", "/agents/" + i).answer().text());
                }
            }
        }
    }

    @Test
    void answersWholeBeforeItCloses() throws Exception {
        String large = "0123456789abcdef".repeat(1 << 18);
        start((request, wire) -> RawOrigin.respond(wire, large));
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message answer =
                    wire.request("GET", "/agents/1", "Connection: close\r\n").answer();
            assertEquals("close", answer.field("connection"));
            assertEquals(large, answer.text());
            assertEquals("", wire.head(), "TLS says that it was all");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        start((request, wire) -> RawOrigin.respond(wire, request.target()));
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            String target = i % 3 == 1 ? "/nowhere/" + i : "/agents/" + i;
            all.append("GET ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ");
            all.append(TestGateway.TOKEN).append("\r\n\r\n");
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.send(all.toString());
            for (int i = 0; i < 30; i++) {
                Wire.Message answer = wire.answer();
                assertEquals(i % 3 == 1 ? 404 : 200, answer.status());
                assertTrue(i % 3 == 1 || answer.text().equals("/agents/" + i), answer.text());
            }
        }
        assertEquals(20, origin.seen().size());
    }

    @Test
    void passesChunksAndTrailersBothWays() throws Exception {
        start((request, wire) ->
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n5\r\nhello\r\n"
                        + "4\r\n you\r\n0\r\nx-sum: 9 of " + request.text() + " "
                        + request.trailers().strip() + "\r\n\r\n"));
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\nTE: trailers\r\n", "Trailer: x-mine\r\n");
            wire.send("3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nx-mine: 5\r\n\r\n");
            Wire.Message answer = wire.answer();
            assertEquals(200, answer.status());
            assertEquals("hello you", answer.text());
            assertEquals("x-sum: 9 of abcde x-mine: 5\n", answer.trailers());
            assertEquals("chunked", answer.field("transfer-encoding"));
            assertEquals(200, wire.request("GET", "/agents/2").answer().status());
        }
    }

    @Test
    void asksForTheBodyOnlyWhenItIsWanted() throws Exception {
        start(RawOrigin.echoing());
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Expect: 100-continue\r\nContent-Length: 5\r\n");
            assertEquals(100, wire.headAnswer().status());
            Wire.Message answer = wire.send("hello").answer();
            assertEquals(200, answer.status());
            assertTrue(answer.text().endsWith("hello"), answer.text());
            assertFalse(answer.text().toLowerCase(java.util.Locale.ROOT).contains("expect:"), answer.text());
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/nowhere", "Expect: 100-continue\r\nContent-Length: 5\r\n");
            Wire.Message refused = wire.answer();
            assertEquals(404, refused.status());
            assertEquals("close", refused.field("connection"));
        }
        assertEquals(List.of("POST /agents/1"), origin.seen());
    }

    @Test
    void asksForTheBodyOfQuestionsToItself() throws Exception {
        start(RawOrigin.echoing());
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/v1/audit/query", "Expect: 100-continue\r\nContent-Length: 11\r\n");
            assertEquals(100, wire.headAnswer().status());
            assertEquals(200, wire.send("{\"limit\":1}").answer().status());
        }
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        start((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nx-kind: big\r\n\r\n"));
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                Wire.Message answer = wire.request("HEAD", "/agents/1").headAnswer();
                assertEquals(200, answer.status());
                assertEquals("12345", answer.field("content-length"));
            }
            assertEquals(404, wire.request("HEAD", "/nowhere").headAnswer().status());
            assertEquals(200, wire.request("HEAD", "/health").headAnswer().status());
        }
    }

    @Test
    void passesInterimAnswers() throws Exception {
        AtomicBoolean seen = new AtomicBoolean();
        start((request, wire) -> {
            wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
            Eventually.holds("the client has the hints", seen::get);
            RawOrigin.respond(wire, "done");
        });
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message hints = wire.request("GET", "/agents/1").headAnswer();
            assertEquals(103, hints.status());
            assertEquals("</a.css>; rel=preload", hints.field("link"));
            seen.set(true);
            assertEquals("done", wire.answer().text());
        }
    }

    @Test
    void keepsBodilessAnswersBodiless() throws Exception {
        start((request, wire) -> wire.send(
                request.target().endsWith("204")
                        ? "HTTP/1.1 204 No Content\r\nx-a: b\r\n\r\n"
                        : "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"v\"\r\n\r\n"));
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message empty = wire.request("GET", "/agents/204").answer();
            assertEquals(204, empty.status());
            assertFalse(empty.has("content-length") || empty.has("transfer-encoding"), empty.head());
            Wire.Message same = wire.request("GET", "/agents/304").headAnswer();
            assertEquals(304, same.status());
            assertEquals("\"v\"", same.field("etag"));
            assertEquals(204, wire.request("GET", "/agents/204").answer().status());
        }
    }

    @Test
    void servesOldClients() throws Exception {
        start((request, wire) ->
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        String old = "GET /agents/1 HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer " + TestGateway.TOKEN + "\r\n";
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message answer = wire.send(old + "\r\n").answer();
            assertEquals(200, answer.status());
            assertFalse(answer.has("transfer-encoding"), answer.head());
            assertEquals("hello", answer.text());
            assertTrue(wire.isEnded());
        }
    }

    @Test
    void keepsOldClientsThatAskForIt() throws Exception {
        start((request, wire) -> RawOrigin.respond(wire, "hi"));
        String old = "GET /agents/1 HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nAuthorization: Bearer "
                + TestGateway.TOKEN + "\r\n\r\n";
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                Wire.Message answer = wire.send(old).answer();
                assertEquals("keep-alive", answer.field("connection"));
                assertEquals("hi", answer.text());
            }
        }
        assertEquals(1, origin.connections());
    }

    @Test
    void takesAnswersThatEndWithTheConnection() throws Exception {
        start(RawOrigin.playing(wire -> {
            origin.saw(wire.requestMessage().head());
            wire.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it");
        }));
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        "all of it", wire.request("GET", "/agents/1").answer().text());
            }
        }
        assertEquals(2, origin.connections());
    }

    @Test
    void answersEarlyAndTakesNoMore() throws Exception {
        start(RawOrigin.playing(wire -> {
            origin.saw(wire.head());
            wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!");
        }));
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Content-Length: 1000000\r\n").send("some of it");
            Wire.Message answer = wire.answer();
            assertEquals(413, answer.status());
            assertEquals("no!", answer.text());
            assertTrue(wire.isEnded());
        }
    }
}
