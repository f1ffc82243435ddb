package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pavise.proxy.http.RefusalCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an upstream's first connection does, the next request gets its own answer, on another connection. */
final class HostileOriginTest {
    private static final String SECOND = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison";

    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments("a second answer at once", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" + SECOND, null),
                arguments("a byte too many", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok!", null),
                arguments("an answer behind the chunks", chunked("2\r\nok\r\n0\r\n\r\n") + SECOND, null),
                arguments("says close", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok", null),
                arguments("speaks 1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", null),
                arguments("garbage", "\u0000\u0001 not http at all\r\n\r\n", RefusalCode.UPSTREAM_MALFORMED),
                arguments(
                        "two lengths", both("content-length: 2\r\ncontent-length: 3"), RefusalCode.UPSTREAM_MALFORMED),
                arguments(
                        "length and chunks",
                        both("content-length: 2\r\ntransfer-encoding: chunked"),
                        RefusalCode.UPSTREAM_MALFORMED),
                arguments(
                        "a bare line feed", "HTTP/1.1 200 OK\ncontent-length: 2\n\nok", RefusalCode.UPSTREAM_MALFORMED),
                arguments("a bad chunk", chunked("zz\r\nok\r\n0\r\n\r\n"), RefusalCode.UPSTREAM_MALFORMED),
                arguments("a folded field", both("x: a\r\n b"), RefusalCode.UPSTREAM_MALFORMED),
                arguments(
                        "a switch nobody asked for",
                        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
                        RefusalCode.UPSTREAM_MALFORMED),
                arguments("a cut body", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nok", RefusalCode.UPSTREAM_FAILED),
                arguments("a cut chunk", chunked("5\r\nok"), RefusalCode.UPSTREAM_FAILED),
                arguments("cut before the last chunk", chunked("2\r\nok\r\n"), RefusalCode.UPSTREAM_FAILED),
                arguments("a cut head", "HTTP/1.1 200 OK\r\ncontent-le", RefusalCode.UPSTREAM_FAILED),
                arguments("no answer", "", RefusalCode.UPSTREAM_FAILED),
                arguments(
                        "a head without end",
                        "HTTP/1.1 200 OK\r\nx: " + "y".repeat(40_000),
                        RefusalCode.UPSTREAM_MALFORMED));
    }

    private static String chunked(String chunks) {
        return "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks;
    }

    private static String both(String fields) {
        return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nok";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void neverBecomesAnotherRequestsAnswer(String what, String firstAnswer, @Nullable RefusalCode expected)
            throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            if (peer.number() == 1) {
                peer.send(firstAnswer);
                return;
            }
            peer.answer("clean");
            peer.awaitClose();
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            RecordingListener first = forwarding.get(upstream, "/first").await();
            UpstreamFailure failure = first.failure;
            assertEquals(expected, failure == null ? null : failure.code(), what);
            RecordingListener second = forwarding.get(upstream, "/second").await();
            assertNull(second.failure);
            assertEquals("clean", second.body());
            assertEquals(2, origin.accepted());
        }
    }

    @Test
    void closesAnIdleConnectionThatSpeaksUnasked() throws Exception {
        CompletableFuture<Boolean> go = new CompletableFuture<>();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.answer("own");
            if (peer.number() == 1) {
                go.join();
                peer.send(SECOND);
                peer.awaitClose();
                closed.complete(true);
            }
            peer.awaitClose();
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            assertEquals("own", forwarding.get(upstream, "/1").await().body());
            go.complete(true);
            closed.get(10, TimeUnit.SECONDS);
            assertEquals("own", forwarding.get(upstream, "/2").await().body());
            assertEquals(2, origin.accepted());
        }
    }

    @Test
    void takesAnotherConnectionWhereAnIdleOneWasClosed() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.answer("n" + peer.number());
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            assertEquals("n1", forwarding.get(upstream, "/").await().body());
            Forwarding.eventually(
                    "its close was seen", () -> upstream.health().getFirst().connections() == 0);
            assertEquals("n2", forwarding.get(upstream, "/").await().body());
        }
    }

    @Test
    void tellsAResetInTheMidstOfAnAnswerThatEndsByClosing() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\nsome of it");
            peer.head(); // the test closes the origin once this much was told
        })) {
            RecordingListener listener = forwarding.get(forwarding.plain(origin.port()), "/");
            listener.awaitHead();
            Forwarding.eventually("the beginning came", () -> listener.received.get() == 10);
            origin.resetAll();
            listener.await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_FAILED, listener.failure.code());
        }
    }

    @Test
    void doesNotRepeatARequestThatLeft() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            if (peer.number() == 1) {
                peer.answer("ok");
                peer.head();
            }
            peer.reset();
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            assertEquals("ok", forwarding.get(upstream, "/").await().body());
            RecordingListener second = forwarding.get(upstream, "/").await();
            assertNotNull(second.failure);
            assertEquals(RefusalCode.UPSTREAM_FAILED, second.failure.code());
            assertEquals(1, origin.accepted());
        }
    }
}
