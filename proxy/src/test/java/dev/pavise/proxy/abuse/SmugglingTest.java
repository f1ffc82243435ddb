package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/1.1 that could be read in two ways: refused, and nothing of it is a request to anybody. */
final class SmugglingTest {
    private static final String AUTH = "Host: localhost\r\n" + Stronghold.AUTHORIZATION;
    private static final String POST = "POST /agents/1 HTTP/1.1\r\n" + AUTH;
    private static final String GET = "GET /agents/1 HTTP/1.1\r\n" + AUTH;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    /** What a smuggler wants the origin to take for a request of its own. */
    private static final String HIDDEN = "GET /agents/hidden HTTP/1.1\r\n" + AUTH + "\r\n";

    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, "limits: {body: 1KiB}");
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

    static Stream<Arguments> heads() {
        return Stream.of(
                arguments("two lengths", POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
                arguments("one length twice", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
                arguments("list of lengths", POST + "Content-Length: 5, 5\r\n\r\nhello", 400),
                arguments("length with plus", POST + "Content-Length: +5\r\n\r\nhello", 400),
                arguments("negative length", POST + "Content-Length: -5\r\n\r\nhello", 400),
                arguments("hexadecimal length", POST + "Content-Length: 0x5\r\n\r\nhello", 400),
                arguments("empty length", POST + "Content-Length:\r\n\r\nhello", 400),
                arguments("huge length", POST + "Content-Length: 99999999999999999999\r\n\r\nhello", 400),
                arguments("length with a word", POST + "Content-Length: 5 5\r\n\r\nhello", 400),
                arguments(
                        "length and chunks",
                        POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                arguments(
                        "chunks and length",
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
                        400),
                arguments(
                        "chunks in 1.0",
                        "POST /agents/1 HTTP/1.0\r\n" + AUTH + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                arguments("chunked not last", POST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 0),
                arguments("chunked twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 0),
                arguments(
                        "two codings",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                        0),
                arguments("identity", POST + "Transfer-Encoding: identity\r\n\r\n", 0),
                arguments("xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 0),
                arguments("chunked with VT", POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n", 0),
                arguments("quoted chunked", POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 0),
                arguments("chunked with parameter", POST + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", 0),
                arguments("empty coding", POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 0),
                arguments("space before colon", POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
                arguments("tab before colon", POST + "Content-Length\t: 5\r\n\r\nhello", 400),
                arguments("folded coding", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400),
                arguments("folded field", GET + "X-A: b\r\n c\r\n\r\n", 400),
                arguments("first field folded", "GET /agents/1 HTTP/1.1\r\n X-A: b\r\n" + AUTH + "\r\n", 400),
                arguments("bare LF behind a field", GET + "X-A: b\nX-B: c\r\n\r\n", 400),
                arguments("bare LF behind the request line", "GET /agents/1 HTTP/1.1\n" + AUTH + "\r\n", 400),
                arguments("bare LF ends the head", GET + "\n", 400),
                arguments("bare CR in a value", GET + "X-A: b\rX-B: c\r\n\r\n", 400),
                arguments("bare CR in a name", GET + "X-\rA: b\r\n\r\n", 400),
                arguments("NUL in a value", GET + "X-A: b\0c\r\n\r\n", 400),
                arguments("NUL in a name", GET + "X\0A: b\r\n\r\n", 400),
                arguments("DEL in a value", GET + "X-A: b\u007fc\r\n\r\n", 400),
                arguments("no colon", GET + "X-A\r\n\r\n", 400),
                arguments("no name", GET + ": b\r\n\r\n", 400),
                arguments("byte over ASCII in a name", GET + "X-\u00e4: b\r\n\r\n", 400),
                arguments("empty line before", "\r\n" + GET + "\r\n", 400),
                arguments("space before", " " + GET + "\r\n", 400),
                arguments("tab before", "\t" + GET + "\r\n", 400),
                arguments("NUL before", "\0" + GET + "\r\n", 400),
                arguments("escape before", "\u001b" + GET + "\r\n", 400),
                arguments("byte order mark before", "\u00ef\u00bb\u00bf" + GET + "\r\n", 400),
                arguments("two spaces", "GET  /agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("tab for space", "GET\t/agents/1\tHTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("space behind", "GET /agents/1 HTTP/1.1 \r\n" + AUTH + "\r\n", 400),
                arguments("space in the target", "GET /agents/1 /x HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("no version", "GET /agents/1\r\n" + AUTH + "\r\n", 400),
                arguments("small letters", "GET /agents/1 http/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("version 1.2", "GET /agents/1 HTTP/1.2\r\n" + AUTH + "\r\n", 505),
                arguments("version 2.0", "GET /agents/1 HTTP/2.0\r\n" + AUTH + "\r\n", 505),
                arguments("version 0.9", "GET /agents/1 HTTP/0.9\r\n" + AUTH + "\r\n", 505),
                arguments("long version", "GET /agents/1 HTTP/1.10\r\n" + AUTH + "\r\n", 400),
                arguments("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
                arguments("small method", "get /agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 501),
                arguments("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\n" + AUTH + "\r\n", 0),
                arguments("TRACE", "TRACE /agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 501),
                arguments("colon in the method", "GE:T /agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("no host", "GET /agents/1 HTTP/1.1\r\n" + Stronghold.AUTHORIZATION + "\r\n", 400),
                arguments("two hosts", GET + "Host: localhost\r\n\r\n", 400),
                arguments("other absolute form", "GET http://other/agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments(
                        "absolute form of another host",
                        "GET https://other/agents/1 HTTP/1.1\r\n" + AUTH + "\r\n",
                        400),
                arguments("user in the target", "GET https://u@localhost/agents/1 HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("asterisk", "GET * HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments("fragment", "GET /agents/1#x HTTP/1.1\r\n" + AUTH + "\r\n", 400),
                arguments(
                        "connection names a length",
                        POST + "Connection: content-length\r\nContent-Length: 5\r\n\r\nhello",
                        400),
                arguments("other expectation", POST + "Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello", 417),
                arguments("long target", "GET /agents/" + "a".repeat(9000) + " HTTP/1.1\r\n" + AUTH + "\r\n", 414),
                arguments("long field", GET + "X-A: " + "a".repeat(9000) + "\r\n\r\n", 431),
                arguments("many fields", GET + "X-A: b\r\n".repeat(101) + "\r\n", 431),
                arguments("long body", POST + "Content-Length: 1025\r\n\r\n" + "a".repeat(1025), 413));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void refusesAmbiguousHead(String name, String bytes, int status) throws IOException {
        for (boolean apart : bytes.length() < 1000 ? new boolean[] {false, true} : new boolean[] {false}) {
            try (RawClient client = gateway.client()) {
                if (apart) {
                    client.sendApart(bytes + HIDDEN);
                } else {
                    client.send(bytes + HIDDEN);
                }
                RawClient.Answer answer = client.answer();
                assertRefused(answer, status);
                assertEquals("", client.finish().rest(), "there is no second reading");
            }
        }
        assertEquals(0, origin.bytes(), () -> "at the origin: " + origin.requests() + origin.cut());
    }

    private static void assertRefused(RawClient.Answer answer, int status) {
        assertTrue(status == 0 ? answer.status() >= 400 : answer.status() == status, answer::toString);
        assertTrue(answer.status() != 500 && answer.status() != 502, answer::toString);
        assertTrue(answer.closes(), answer::toString);
        assertTrue(answer.head().contains("application/problem+json"), answer::toString);
        assertFalse(answer.body().contains("Exception"), answer::toString);
    }

    static Stream<Arguments> chunks() {
        return Stream.of(
                arguments("not hexadecimal", "5g\r\nhello\r\n0\r\n\r\n"),
                arguments("with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
                arguments("negative", "-5\r\nhello\r\n0\r\n\r\n"),
                arguments("with plus", "+5\r\nhello\r\n0\r\n\r\n"),
                arguments("space before", " 5\r\nhello\r\n0\r\n\r\n"),
                arguments("space behind", "5 \r\nhello\r\n0\r\n\r\n"),
                arguments("empty", "\r\nhello\r\n0\r\n\r\n"),
                arguments("overflow", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                arguments("negative by overflow", "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
                arguments("many zeros", "0".repeat(2000) + "5\r\nhello\r\n0\r\n\r\n"),
                arguments("LF behind the size", "5\nhello\r\n0\r\n\r\n"),
                arguments("CR behind the size", "5\rhello\r\n0\r\n\r\n"),
                arguments("NUL in the size", "5\0\r\nhello\r\n0\r\n\r\n"),
                arguments("LF in an extension", "5;a\n\r\nhello\r\n0\r\n\r\n"),
                arguments("CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
                arguments("NUL in an extension", "5;a=\0\r\nhello\r\n0\r\n\r\n"),
                arguments("quoted line break", "5;a=\"\r\nhello\r\n0\r\n\r\n"),
                arguments("long extension", "5;" + "a".repeat(10_000) + "\r\nhello\r\n0\r\n\r\n"),
                arguments("data too long", "5\r\nhello!\r\n0\r\n\r\n"),
                arguments("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
                arguments("nothing behind the data", "5\r\nhello0\r\n\r\n"),
                arguments("LF behind the last size", "5\r\nhello\r\n0\n\r\n"),
                arguments("LF at the end", "5\r\nhello\r\n0\r\n\n"),
                arguments("length in trailers", "5\r\nhello\r\n0\r\ncontent-length: 5\r\n\r\n"),
                arguments("coding in trailers", "5\r\nhello\r\n0\r\ntransfer-encoding: chunked\r\n\r\n"),
                arguments("host in trailers", "5\r\nhello\r\n0\r\nhost: other\r\n\r\n"),
                arguments("folded trailer", "5\r\nhello\r\n0\r\nx-a: b\r\n c\r\n\r\n"),
                arguments("space before trailer's colon", "5\r\nhello\r\n0\r\nx-a : b\r\n\r\n"),
                arguments("long trailers", "5\r\nhello\r\n0\r\nx-a: " + "b".repeat(9000) + "\r\n\r\n"),
                arguments("too long in all", "400\r\n" + "a".repeat(1024) + "\r\n1\r\na\r\n0\r\n\r\n"));
    }

    /** The head of such a request may have gone on already; the request never becomes whole, and its connection is dropped. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("chunks")
    void refusesAmbiguousChunks(String name, String bytes) throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(CHUNKED + bytes + HIDDEN);
            RawClient.Answer answer = client.answer();
            assertRefused(answer, 0);
            assertTrue(answer.status() < 500, answer::toString);
            assertEquals("", client.finish().rest(), "there is no second reading");
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void closesByItselfAfterRefusal() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(GET + "X A: b\r\n\r\n");
            assertEquals(400, client.answer().status());
            assertEquals("", client.rest());
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (RawClient client = gateway.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append("POST /agents/").append(i).append(" HTTP/1.1\r\n").append(AUTH);
                all.append(
                        i % 2 == 0
                                ? "content-length: 5\r\n\r\nhello"
                                : "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 20; i++) {
                assertTrue(client.answer().body().startsWith("POST /agents/" + i + " HTTP/1.1\r\n"));
            }
        }
        assertEquals(20, origin.requests().size());
    }

    @Test
    void readsNothingBehindRequestThatCloses() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(GET + "Connection: close\r\n\r\n" + HIDDEN);
            assertEquals(200, client.answer().status());
            assertEquals("", client.rest());
        }
        assertEquals(1, origin.requests().size());
    }

    @Test
    void refusesControlBytesBetweenRequests() throws IOException {
        for (String between : List.of("\0", "\r\n", "\n", " ", "\u0016")) {
            try (RawClient client = gateway.client()) {
                client.send(GET + "\r\n" + between + HIDDEN);
                assertEquals(200, client.answer().status());
                assertEquals(400, client.answer().status());
                assertEquals("", client.finish().rest());
            }
        }
        assertEquals(5, origin.requests().size());
    }

    @Test
    void forwardsOneFramingOnly() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nx-trailer: t\r\n\r\n");
            String seen = client.answer().body();
            assertFalse(seen.contains("content-length"), seen);
            assertFalse(seen.contains(";a="), seen);
            assertTrue(seen.contains("\r\n\r\n5\r\nhello\r\n0\r\n"), seen);
        }
    }

    @Test
    void isSoundAfterwards() throws IOException {
        gateway.assertSound();
    }
}
