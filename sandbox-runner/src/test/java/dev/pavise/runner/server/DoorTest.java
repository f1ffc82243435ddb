package dev.pavise.runner.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.tls.TestCa;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {
    @TempDir
    private Path folder;

    private TestRunner runner;

    @BeforeEach
    void start() {
        runner = TestRunner.start(folder, "connections: 3, resets: 20");
    }

    @AfterEach
    void stop() {
        runner.close();
    }

    static Stream<Function<TestCa, TestCa.Issued>> strangers() {
        return Stream.of(
                ca -> ca.client("stranger.example").issue(),
                ca -> ca.client("prometheus.example").issue(),
                ca -> ca.nameless().issue(),
                ca -> TestCa.create("test CA").client(TestRunner.GATEWAY).issue(),
                ca -> ca.client(TestRunner.GATEWAY)
                        .valid(Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1))
                        .issue(),
                ca -> ca.client(TestRunner.GATEWAY)
                        .usage(KeyPurposeId.id_kp_serverAuth)
                        .issue());
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void letsNobodyElseIn(Function<TestCa, TestCa.Issued> stranger) {
        HttpClient client = runner.client(stranger.apply(runner.ca));
        assertThrows(UncheckedIOException.class, () -> TestRunner.send(client, runner.request("/health")));
    }

    @Test
    void keepsGatewaysFromTheDoorForMetrics() {
        URI metrics = URI.create(runner.server.metricsUrl() + "/metrics");
        assertThrows(
                UncheckedIOException.class,
                () -> TestRunner.send(runner.gateway(), java.net.http.HttpRequest.newBuilder(metrics)));
        HttpClient scraper = runner.client(runner.ca.client(TestRunner.SCRAPER).issue());
        HttpResponse<String> other = TestRunner.send(
                scraper, java.net.http.HttpRequest.newBuilder(URI.create(runner.server.metricsUrl() + "/health")));
        assertEquals(404, other.statusCode());
    }

    /** A connection by TLS with a good certificate that speaks what the test says. */
    private SSLSocket socket(String... protocols) throws IOException {
        URI url = URI.create(runner.server.url());
        SSLSocket socket =
                (SSLSocket) runner.context(runner.ca.client(TestRunner.GATEWAY).issue())
                        .getSocketFactory()
                        .createSocket(url.getHost(), url.getPort());
        socket.setSoTimeout(20_000);
        javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static boolean ends(InputStream in) {
        try {
            while (in.read() >= 0) {}
            return true;
        } catch (SSLException | java.net.SocketException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void speaksNothingButHttp2() throws Exception {
        for (String[] protocols : new String[][] {{}, {"http/1.1"}}) {
            try (SSLSocket socket = socket(protocols)) {
                socket.getOutputStream()
                        .write("GET /health HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertTrue(ends(socket.getInputStream()));
            } catch (SSLException | java.net.SocketException closed) {
                // Closed while it wrote.
            }
        }
    }

    @Test
    void speaksNoOlderTls() throws Exception {
        try (SSLSocket socket = socket("h2")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThrows(IOException.class, socket::startHandshake);
        }
    }

    @Test
    void givesUpOnThoseWhoSayNothing() throws Exception {
        runner.close();
        runner = TestRunner.start(
                Files.createDirectory(folder.resolve("hasty")), "idle_timeout: 400ms, handshake_timeout: 400ms");
        URI url = URI.create(runner.server.url());
        try (Socket silent = new Socket(url.getHost(), url.getPort());
                SSLSocket idle = socket("h2")) {
            silent.setSoTimeout(20_000);
            idle.startHandshake();
            assertTrue(ends(silent.getInputStream()));
            assertTrue(ends(idle.getInputStream()));
        }
    }

    @Test
    void closesConnectionsBeyondItsRoom() throws Exception {
        List<SSLSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                SSLSocket socket = socket("h2");
                open.add(socket);
                socket.startHandshake();
            }
            try (SSLSocket more = socket("h2")) {
                assertThrows(IOException.class, more::startHandshake);
            }
        } finally {
            for (SSLSocket each : open) {
                each.close();
            }
        }
        TestRunner.await("there is room again", () -> {
            try {
                return runner.get("/health").statusCode() == 200;
            } catch (UncheckedIOException e) {
                return false;
            }
        });
    }

    @Test
    void closesConnectionsThatResetWithoutEnd() throws Exception {
        Http2Headers head = RawClient.head("PUT", "/v1/content/" + TestRunner.sha256("x"));
        try (RawClient client = new RawClient(runner, new Http2Settings())) {
            for (int i = 0; i < 100 && client.connection.isActive(); i++) {
                Http2StreamChannel stream = client.open().orElse(null);
                if (stream != null) {
                    stream.writeAndFlush(new DefaultHttp2HeadersFrame(head)).await();
                    stream.close().await();
                }
            }
            assertTrue(client.connection.closeFuture().await(20_000), "the connection is closed");
        }
        try (Stream<Path> drafts = Files.list(folder.resolve("data/content/incoming"))) {
            drafts.forEach(DoorTest::awaitGone);
        }
        assertEquals(200, runner.get("/health").statusCode());
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return java.nio.ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A head that goes on and on, in pieces that hold nothing and in pieces that hold much. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 16_000})
    void closesConnectionsWithHeadsWithoutEnd(int piece) throws Exception {
        byte[] field = new byte[piece];
        if (piece > 0) {
            // A literal that is not indexed, with a name of one letter and a value of so many zeros (RFC 7541, 6.2.2).
            int rest = piece - 6 - 127;
            byte[] begin = piece < 127 + 6
                    ? new byte[] {0, 1, 'x', (byte) (piece - 4)}
                    : new byte[] {0, 1, 'x', 127, (byte) (rest & 127 | 128), (byte) (rest >> 7)};
            java.util.Arrays.fill(field, (byte) '0');
            System.arraycopy(begin, 0, field, 0, begin.length);
        }
        long sent = 0;
        try (SSLSocket socket = socket("h2")) {
            java.io.OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(frame(4, 0, 0, new byte[0]));
            out.write(frame(1, 0, 1, new byte[] {(byte) 0x82, (byte) 0x84, (byte) 0x87}));
            try {
                for (int i = 0; i < 100_000; i++) {
                    out.write(frame(9, 0, 1, field));
                    sent += field.length;
                }
            } catch (IOException closed) {
                // As it should be.
            }
            assertTrue(ends(socket.getInputStream()));
        }
        assertTrue(sent < 16 << 20, "it took " + sent + " bytes");
        assertEquals(200, runner.get("/health").statusCode());
    }

    @Test
    void takesNewFilesOfTlsWhole() throws Exception {
        assertEquals(200, runner.get("/health").statusCode());
        TestCa other = TestCa.create("other CA");
        other.writeCert(folder.resolve("ca.crt"));
        byte[] key = Files.readAllBytes(folder.resolve("runner.key"));
        other.server().writeKey(folder.resolve("runner.key"));
        runner.server.renew();
        assertEquals(200, runner.get("/health").statusCode(), "half of a change changes nothing");
        Files.write(folder.resolve("runner.key"), key);
        runner.server.renew();
        HttpClient gateway = runner.client(other.client(TestRunner.GATEWAY).issue());
        assertEquals(200, TestRunner.send(gateway, runner.request("/health")).statusCode());
        TestRunner.await("the old authority is out", () -> {
            try {
                return runner.get("/health").statusCode() == 0;
            } catch (UncheckedIOException refused) {
                return true;
            }
        });
    }

    private static void awaitGone(Path draft) {
        try {
            TestRunner.await("the draft is gone", () -> !Files.exists(draft));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysWhatKeepsItFromStarting() throws Exception {
        ScriptBackend backend = new ScriptBackend();
        StartFailure inUse = assertThrows(
                StartFailure.class,
                () -> RunnerServer.start(runner.config(""), Map.of(ToolKind.NATIVE, backend), InstantSource.system()));
        assertTrue(inUse.problem().contains("is in use by another runner"), inUse.problem());
        assertTrue(backend.closed, "a backend does not outlive the start");
        Files.writeString(folder.resolve("keys/notes.txt"), "");
        StartFailure keys = assertThrows(
                StartFailure.class, () -> RunnerServer.start(runner.config(""), Map.of(), InstantSource.system()));
        assertTrue(keys.problem().contains("notes.txt` is neither a key"), keys.problem());
        TestCa.create("other").server().writeKey(folder.resolve("runner.key"));
        StartFailure key = assertThrows(
                StartFailure.class, () -> RunnerServer.start(runner.config(""), Map.of(), InstantSource.system()));
        assertTrue(key.problem().contains("is not the key of the first certificate"), key.problem());
    }
}
