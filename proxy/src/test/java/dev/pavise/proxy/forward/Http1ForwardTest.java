package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Http1ForwardTest {
    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    @Test
    void carriesOneRequestAfterTheOtherOverOneConnection() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.echoingTargets()) {
            Upstream upstream = forwarding.plain(origin.port());
            for (int i = 0; i < 20; i++) {
                RecordingListener answer = forwarding.get(upstream, "/" + i).await();
                assertEquals(200, answer.status);
                assertEquals("/" + i, answer.body());
            }
            assertEquals(1, origin.accepted());
            assertEquals(0, upstream.health().getFirst().outstanding());
            assertEquals(1, upstream.health().getFirst().connections());
        }
    }

    @Test
    void writesItsOwnFramingAndHostWhateverTheBlockSays() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            seen.complete(peer.head() + peer.body(5));
            peer.answer("ok");
        })) {
            ForwardRequest request = Forwarding.request(
                    "POST",
                    "/a?b=c",
                    5,
                    "host",
                    "evil.example",
                    "content-length",
                    "50",
                    "transfer-encoding",
                    "chunked",
                    "connection",
                    "close",
                    "x-a",
                    "1");
            RecordingListener answer = forwarding
                    .send(forwarding.plain(origin.port()), request, "hello")
                    .await();
            assertEquals("ok", answer.body());
            List<String> lines = seen.get(5, TimeUnit.SECONDS).lines().toList();
            assertEquals("POST /a?b=c HTTP/1.1", lines.getFirst());
            assertEquals("hello", lines.getLast());
            assertEquals(
                    1, lines.stream().filter(line -> line.startsWith("host:")).count());
            assertTrue(lines.contains("host: agents.example"), lines::toString);
            assertTrue(lines.contains("content-length: 5"), lines::toString);
            assertFalse(lines.toString().contains("chunked"), lines::toString);
            assertFalse(lines.toString().contains("connection"), lines::toString);
        }
    }

    @Test
    void sendsABodyOfUnknownLengthInChunksWithItsTrailers() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            seen.complete(peer.head() + peer.until("x-sum: 1\r\n\r\n"));
            peer.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-end: yes\r\n\r\n");
            peer.awaitClose();
        })) {
            RecordingListener listener = new RecordingListener();
            ForwardRequest request = Forwarding.request("POST", "/", RequestHead.UNKNOWN_LENGTH);
            ForwardedStream stream = forwarding.open(forwarding.plain(origin.port()), request, listener);
            forwarding.run(() -> {
                stream.data(Forwarding.bytes("hello"), false);
                stream.data(Forwarding.bytes(""), false);
                stream.data(Forwarding.bytes("world!"), false);
                HeaderBlock trailers = new HeaderBlock();
                trailers.add("x-sum", "1");
                stream.trailers(trailers);
                stream.flush();
            });
            listener.await();
            String request1 = seen.get(5, TimeUnit.SECONDS);
            assertTrue(request1.contains("transfer-encoding: chunked\r\n"), request1);
            assertTrue(request1.endsWith("5\r\nhello\r\n6\r\nworld!\r\n0\r\nx-sum: 1\r\n\r\n"), request1);
            assertEquals("abc", listener.body());
            assertEquals("x-end: yes\n", listener.trailers);
        }
    }

    @Test
    void tellsInterimAnswersBeforeTheFinalOne() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
            peer.answer("done");
            peer.awaitClose();
        })) {
            RecordingListener answer =
                    forwarding.get(forwarding.plain(origin.port()), "/").await();
            assertEquals(List.of(103, 100), answer.informations);
            assertEquals("done", answer.body());
        }
    }

    @Test
    void knowsAnswersThatHaveNoBody() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
            peer.head();
            peer.send("HTTP/1.1 304 Not Modified\r\ncontent-length: 1000\r\n\r\n");
            peer.head();
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            peer.head();
            peer.answer("x");
            peer.awaitClose();
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            RecordingListener head = forwarding
                    .send(upstream, Forwarding.request("HEAD", "/", 0), null)
                    .await();
            assertEquals(200, head.status);
            assertTrue(head.headers.contains("content-length: 1000"));
            assertEquals(304, forwarding.get(upstream, "/").await().status);
            assertEquals(204, forwarding.get(upstream, "/").await().status);
            assertEquals("x", forwarding.get(upstream, "/").await().body());
            assertEquals(1, origin.accepted());
        }
    }

    @Test
    void takesAnAnswerThatEndsWithItsConnection() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            assertEquals("until the end", forwarding.get(upstream, "/").await().body());
            assertEquals("until the end", forwarding.get(upstream, "/").await().body());
            assertEquals(2, origin.accepted());
        }
    }

    @Test
    void tellsAnEarlyAnswerAndDoesNotUseItsConnectionAgain() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.answer(peer.number() == 1 ? "too large" : "clean");
            peer.awaitClose();
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            RecordingListener early = new RecordingListener();
            ForwardedStream stream = forwarding.open(upstream, Forwarding.request("POST", "/", 1000), early);
            early.await();
            assertEquals("too large", early.body());
            forwarding.run(() -> {
                assertTrue(stream.isWritable());
                stream.data(Forwarding.bytes("the rest is thrown away"), false);
                stream.flush();
                stream.cancel();
            });
            assertEquals("clean", forwarding.get(upstream, "/").await().body());
            assertEquals(2, origin.accepted());
        }
    }

    @Test
    void readsTheAnswerOfAnOriginThatStoppedReading() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\n\r\nbig");
            // closes with the body unread, which resets the connection
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            UploadingListener upload = new UploadingListener(64 * 1024 * 1024);
            upload.start(forwarding, upstream, Forwarding.request("POST", "/", 64 * 1024 * 1024));
            upload.await();
            // The reset may overtake the answer in the network, never in here: then the failure is told as such.
            if (upload.failure == null) {
                assertEquals(413, upload.status);
                assertEquals("big", upload.body());
            } else {
                assertEquals(RefusalCode.UPSTREAM_FAILED, upload.failure.code());
            }
        }
    }

    @Test
    void refusesABodyThatIsNotAsLongAsItsHeadSaid() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(ScriptedOrigin.Peer::awaitClose)) {
            Upstream upstream = forwarding.plain(origin.port());
            for (String body : List.of("too long for it", "shrt")) {
                RecordingListener listener = forwarding
                        .send(upstream, Forwarding.request("POST", "/", 5), body)
                        .await();
                assertNotNull(listener.failure);
                assertEquals(RefusalCode.UPSTREAM_FAILED, listener.failure.code());
            }
            assertEquals(0, upstream.health().getFirst().outstanding());
        }
    }

    @Test
    void tellsNothingAfterACancelAndClosesTheConnection() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nsome");
            peer.awaitClose();
            closed.complete(true);
        })) {
            RecordingListener listener = new RecordingListener();
            Upstream upstream = forwarding.plain(origin.port());
            ForwardedStream stream = forwarding.open(upstream, Forwarding.request("GET", "/", 0), listener);
            listener.awaitHead();
            forwarding.run(() -> {
                stream.cancel();
                stream.cancel();
            });
            assertTrue(closed.get(10, TimeUnit.SECONDS));
            assertFalse(listener.ended.isDone());
            assertEquals(0, upstream.health().getFirst().outstanding());
            Forwarding.eventually(
                    "the slot is free", () -> upstream.health().getFirst().connections() == 0);
        }
    }
}
