package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What is a harmless byte in HTTP/2 and a border in HTTP/1.1 never reaches an origin that speaks the latter. */
final class DowngradeTest {
    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, "");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void forget() {
        origin.forget();
    }

    static Stream<Arguments> fields() {
        String hidden = "GET /agents/hidden HTTP/1.1\r\nhost: localhost";
        Stream<Arguments> spelled = Stream.of(
                arguments("LF in a name", "x\na", "b"),
                arguments("CR LF in a name", "x\r\na", "b"),
                arguments("colon in a name", "x-a: b\r\nx-c", "d"),
                arguments("only a colon in a name", "x:a", "b"),
                arguments("space in a name", "x a", "b"),
                arguments("space at the end of a name", "x-a ", "b"),
                arguments("NUL in a name", "x\0a", "b"),
                arguments("tab in a name", "x\ta", "b"),
                arguments("capital in a name", "X-a", "b"),
                arguments("byte over ASCII in a name", "x\u00e4", "b"),
                arguments("empty name", "", "b"),
                arguments("CR LF in a value", "x-a", "b\r\nx-c: d"),
                arguments("whole request in a value", "x-a", "b\r\n\r\n" + hidden),
                arguments("LF in a value", "x-a", "b\nx-c: d"),
                arguments("CR in a value", "x-a", "b\rx-c: d"),
                arguments("NUL in a value", "x-a", "b\0c"),
                arguments("space before a value", "x-a", " b"),
                arguments("tab behind a value", "x-a", "b\t"),
                arguments("CR LF in a cookie", "cookie", "a=b\r\nx-c: d"),
                arguments("coding", "transfer-encoding", "chunked"),
                arguments("coding in capitals", "Transfer-Encoding", "chunked"),
                arguments("connection", "connection", "keep-alive"),
                arguments("keep-alive", "keep-alive", "timeout=5"),
                arguments("proxy-connection", "proxy-connection", "keep-alive"),
                arguments("upgrade", "upgrade", "websocket"),
                arguments("te", "te", "gzip"),
                arguments("two lengths", "content-length", "0, 5"),
                arguments("length with plus", "content-length", "+0"),
                arguments("length of nothing", "content-length", "5"),
                arguments("unknown pseudo field", ":x", "y"),
                arguments("pseudo field of answers", ":status", "200"),
                arguments("second path", ":path", "/agents/other"),
                arguments("other host", "host", "other"),
                arguments("host with a line break", "host", "localhost\r\nx-c: d"));
        return spelled;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void refusesField(String name, String field, String value) throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(1, true, FrameClient.request("GET", "/agents/1", field, value)));
            assertRefused(client.answer(1));
            assertEquals(0, origin.bytes(), () -> origin.requests().toString());
        }
    }

    private static void assertRefused(FrameClient.Answer answer) {
        assertTrue(answer.isReset() || (answer.status() >= 400 && answer.status() < 500), answer::toString);
    }

    static Stream<Arguments> pseudoFields() {
        return Stream.of(":method", ":path", ":authority", ":scheme")
                .flatMap(name -> Stream.of("\r\nx-a: b", "\n", "\r", "\0", " ", " HTTP/1.1\r\nx-a: b\r\n\r\n", "\t", "")
                        .map(bad -> arguments(name, bad)));
    }

    @ParameterizedTest
    @MethodSource("pseudoFields")
    void refusesPseudoField(String name, String bad) throws IOException {
        String[] fields = FrameClient.request("GET", "/agents/1");
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equals(name)) {
                fields[i + 1] = bad.isEmpty() ? "" : fields[i + 1] + bad;
            }
        }
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(1, true, fields));
            assertRefused(client.answer(1));
            assertEquals(0, origin.bytes(), () -> origin.requests().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ftp", "https ", "HTTPS", "https://other"})
    void refusesOtherScheme(String scheme) throws IOException {
        try (FrameClient client = gateway.frames()) {
            String[] fields = FrameClient.request("GET", "/agents/1");
            fields[3] = scheme;
            client.send(FrameClient.headers(1, true, fields));
            assertRefused(client.answer(1));
        }
        assertEquals(0, origin.bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hell", "hello!", "hello, and a GET / HTTP/1.1"})
    void neverForwardsBodyOfAnotherLength(String body) throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(
                    FrameClient.headers(1, false, FrameClient.request("POST", "/agents/1", "content-length", "5")),
                    FrameClient.data(1, true, body));
            assertRefused(client.answer(1));
            assertEquals(200, client.status(3, "/agents/1"));
        }
        assertEquals(1, origin.requests().size(), () -> origin.requests().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length", "transfer-encoding", "host", ":path", "x\r\ny", "x y"})
    void refusesTrailer(String name) throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(
                    FrameClient.headers(1, false, FrameClient.request("POST", "/agents/1")),
                    FrameClient.data(1, false, "hello"),
                    FrameClient.headers(1, true, name, "1"));
            assertRefused(client.answer(1));
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void framesBodyOfUnknownLengthAnew() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(
                    FrameClient.headers(1, false, FrameClient.request("POST", "/agents/1")),
                    FrameClient.data(1, true, "0\r\n\r\nGET /agents/hidden HTTP/1.1\r\n\r\n"));
            assertEquals(200, client.answer(1).status());
        }
        assertEquals(1, origin.requests().size(), () -> origin.requests().toString());
    }

    @Test
    void isSoundAfterwards() throws IOException {
        gateway.assertSound();
    }
}
