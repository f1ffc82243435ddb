package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that answers wrongly, twice, in part or without end: its answer is nobody else's, and a broken one is a 502. */
final class UpstreamMisbehaviourTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, "limits: {request_timeout: 4s, idle_timeout: 10s}");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void forget() {
        origin.echoes();
        origin.forget();
    }

    /** Whatever went before, the next client gets the answer to its own request. */
    @AfterEach
    void nextClientGetsItsOwnAnswer() throws IOException {
        origin.echoes();
        for (int i = 0; i < 3; i++) {
            RawClient.Answer answer = gateway.get("/agents/next-" + i);
            assertEquals(200, answer.status(), answer::toString);
            assertTrue(answer.body().startsWith("GET /agents/next-" + i + " HTTP/1.1\r\n"), answer::toString);
        }
        gateway.assertSound();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("nothing", ""),
                arguments("garbage", "\0\1\2\3garbage\r\n\r\n"),
                arguments("half a status line", "HTTP/1.1 2"),
                arguments("half a head", OK + "content-le"),
                arguments("no head's end", OK + "content-length: 0\r\n"),
                arguments("HTTP/2", "HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n"),
                arguments("HTTP/0.9", "<html>hello</html>"),
                arguments("status of two digits", "HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n"),
                arguments("status 099", "HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n"),
                arguments("status 600", "HTTP/1.1 600 OK\r\ncontent-length: 0\r\n\r\n"),
                arguments("status of letters", "HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n"),
                arguments(
                        "switch that nobody asked for",
                        "HTTP/1.1 101 Go\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
                arguments("length and chunks", OK + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("two lengths", OK + "content-length: 5\r\ncontent-length: 6\r\n\r\nhello!"),
                arguments("negative length", OK + "content-length: -1\r\n\r\n"),
                arguments("huge length", OK + "content-length: 99999999999999999999\r\n\r\n"),
                arguments("chunked not last", OK + "transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
                arguments("chunked twice", OK + "transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                arguments("chunks in 1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("bare LF", "HTTP/1.1 200 OK\ncontent-length: 0\n\n"),
                arguments("bare CR", OK + "x-a: b\rx-c: d\r\ncontent-length: 0\r\n\r\n"),
                arguments("NUL", OK + "x-a: b\0c\r\ncontent-length: 0\r\n\r\n"),
                arguments("folded field", OK + "x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n"),
                arguments("space before colon", OK + "content-length : 0\r\n\r\n"),
                arguments("huge head", OK + "x-a: " + "b".repeat(300_000) + "\r\n\r\n"),
                arguments("many fields", OK + "x-a: b\r\n".repeat(20_000) + "\r\n"),
                arguments("information without end", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(20_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void becomes502(String name, String bytes) throws IOException {
        origin.answer(RawOrigin.bytes(bytes, false));
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + "\r\n");
            RawClient.Answer answer = client.answer();
            while (answer.status() < 200) {
                answer = client.answer();
            }
            assertEquals(502, answer.status(), answer::toString);
            assertTrue(answer.code().startsWith("upstream_"), answer::toString);
            assertFalse(answer.body().contains("garbage"), answer::toString);
        }
        try (FrameClient client = gateway.frames()) {
            assertEquals(502, client.status(1, "/agents/1"));
        }
    }

    static Stream<Arguments> cut() {
        return Stream.of(
                arguments("body shorter than declared", OK + "content-length: 10\r\n\r\nhello"),
                arguments("chunk cut", OK + "transfer-encoding: chunked\r\n\r\na\r\nhello"),
                arguments("no last chunk", OK + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
                arguments("bad chunk size", OK + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"),
                arguments("LF behind chunk size", OK + "transfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"),
                arguments("bad trailers", OK + "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx a: b\r\n\r\n"));
    }

    /** The head is on its way already: then the client must be able to tell that the rest is missing. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cut")
    void isNeverWholeForTheClient(String name, String bytes) throws IOException {
        origin.answer(RawOrigin.bytes(bytes, false));
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + "\r\n");
            assertFalse(arrivesWhole(client), "taken for whole");
        }
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(1, true, FrameClient.request("GET", "/agents/1")));
            FrameClient.Answer answer = client.answer(1);
            assertTrue(answer.error() != 0 || answer.status() == 502, answer::toString);
        }
    }

    private static boolean arrivesWhole(RawClient client) {
        try {
            RawClient.Answer answer = client.answer();
            return answer.status() != 502
                    && (answer.body().length() >= 10 || answer.head().contains("chunked"));
        } catch (IOException | NumberFormatException missing) {
            return false;
        }
    }

    /** What stands behind the first answer is lost, not kept for the next. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "content-length: 5\r\n\r\nfirst" + OK + "content-length: 6\r\n\r\nsecond",
                OK + "content-length: 5\r\n\r\nfirst\r\n\r\n" + OK + "content-length: 6\r\n\r\nsecond",
                OK + "transfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n" + OK
                        + "content-length: 6\r\n\r\nsecond",
                "HTTP/1.1 204 No Content\r\n\r\n" + OK + "content-length: 6\r\n\r\nsecond",
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 6\r\n\r\n" + OK + "content-length: 6\r\n\r\nsecond",
            })
    void forgetsSecondAnswer(String bytes) throws IOException {
        origin.answer(RawOrigin.bytes(bytes, true));
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("GET", "/agents/1") + "\r\n");
            RawClient.Answer first = client.answer();
            assertTrue(
                    first.status() == 204
                            || first.status() == 304
                            || first.body().equals("first"),
                    first::toString);
            origin.echoes();
            client.send(Stronghold.head("GET", "/agents/2") + "\r\n");
            RawClient.Answer second = client.answer();
            assertTrue(second.body().startsWith("GET /agents/2 "), second::toString);
        }
    }

    @Test
    void forgetsBodyOfAnswerToHead() throws IOException {
        origin.answer(
                RawOrigin.bytes(OK + "content-length: 45\r\n\r\n" + OK + "content-length: 6\r\n\r\nsecond", true));
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("HEAD", "/agents/1") + "connection: close\r\n\r\n");
            String all = client.rest();
            assertTrue(all.startsWith(OK), all);
            assertTrue(all.endsWith("\r\n\r\n"), all);
        }
    }

    /**
     * An answer that comes when nothing was asked. One that arrives after the next request left cannot be told from its answer in HTTP/1.1, by
     * anybody; it takes an upstream that lies to do that.
     */
    @RepeatedTest(5)
    void dropsConnectionThatSpeaksUnasked() throws Exception {
        CountDownLatch spoken = new CountDownLatch(1);
        origin.answer((request, out) -> {
            RawOrigin.echo(request, out);
            out.write((OK + "content-length: 6\r\n\r\nsecond").getBytes(StandardCharsets.US_ASCII));
            spoken.countDown();
            return true;
        });
        try (RawClient client = gateway.client()) {
            assertEquals(
                    200,
                    client.send(Stronghold.head("GET", "/agents/1") + "\r\n")
                            .answer()
                            .status());
            assertTrue(spoken.await(RawClient.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            // The same event loop looks at the upstream's connection before it has answered this.
            assertEquals(
                    200,
                    client.send(Stronghold.head("GET", "/health") + "\r\n")
                            .answer()
                            .status());
            origin.echoes();
            client.send(Stronghold.head("GET", "/agents/2") + "\r\n");
            RawClient.Answer answer = client.answer();
            assertTrue(answer.body().startsWith("GET /agents/2 "), answer::toString);
        }
    }

    @Test
    void givesUpUpstreamThatIsSilent() throws IOException {
        origin.answer((request, out) -> true);
        assertEquals(504, gateway.get("/agents/1").status());
    }

    @Test
    void saysThatUpstreamIsGone() throws Exception {
        RawOrigin gone = new RawOrigin();
        gone.close();
        Path other = folder.resolve("other");
        java.nio.file.Files.createDirectories(other);
        try (Stronghold lonely = Stronghold.before(other, gone, "")) {
            RawClient.Answer answer = lonely.get("/agents/1");
            assertEquals(502, answer.status());
            assertEquals("upstream_unreachable", answer.code());
            assertFalse(answer.body().contains(Integer.toString(gone.port())), answer::toString);
        }
        assertThrows(IOException.class, () -> new java.net.Socket("127.0.0.1", gone.port()).close());
    }
}
