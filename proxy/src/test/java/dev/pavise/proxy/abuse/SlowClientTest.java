package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take their time: each is given up, and others are answered meanwhile. */
final class SlowClientTest {
    private static final int BETWEEN_BYTES_MILLIS = 50;
    private static final int CANCEL = 8;

    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, """
                limits: {header_timeout: 700ms, body_timeout: 700ms, idle_timeout: 1500ms, handshake_timeout: 1500ms,
                         request_timeout: 5s, body: 16MiB}
                """);
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

    @AfterEach
    void leavesNoConnectionBehind() throws IOException {
        gateway.assertSound();
        awaitOnlyOwnConnection();
    }

    /** Until none but the connection that asks is open. */
    private static void awaitOnlyOwnConnection() throws IOException {
        long end = System.nanoTime() + RawClient.PATIENCE_MILLIS * 1_000_000L;
        double open = gateway.figure("pavise_connections");
        while (open > 1) {
            assertTrue(System.nanoTime() - end < 0, open + " connections are still open");
            open = gateway.figure("pavise_connections");
        }
    }

    /** Sends a byte now and then until the gateway says something or closes; false where it takes everything. */
    private static boolean drips(RawClient client, int bytes) throws IOException {
        client.socket().setSoTimeout(BETWEEN_BYTES_MILLIS);
        InputStream in = client.input();
        try {
            for (int i = 0; i < bytes; i++) {
                client.send("a");
                try {
                    return in.read() != 'H' || restSays408(client);
                } catch (SocketTimeoutException quiet) {
                    // The next byte is due.
                }
            }
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    private static boolean restSays408(RawClient client) throws IOException {
        client.socket().setSoTimeout(RawClient.PATIENCE_MILLIS);
        String rest = client.rest();
        assertTrue(rest.startsWith("TTP/1.1 408 "), rest);
        return true;
    }

    @Test
    void givesUpSlowHead() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send("GET /agents/1 HTTP/1.1\r\nhost: localhost\r\nx-a: ");
            assertTrue(drips(client, 400));
        }
        assertEquals(0, origin.bytes());
    }

    @Test
    void givesUpSlowBody() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("POST", "/agents/1") + "content-length: 1000\r\n\r\n");
            assertTrue(drips(client, 400));
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void givesUpBodyThatStops() throws IOException {
        try (RawClient client = gateway.client()) {
            client.send(Stronghold.head("POST", "/agents/1") + "content-length: 100000\r\n\r\n" + "a".repeat(50_000));
            assertEquals(408, client.answer().status());
            assertEquals("", client.rest());
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void givesUpSlowBodyOfStream() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(1, false, FrameClient.request("POST", "/agents/1")));
            client.send(FrameClient.data(1, false, "a"));
            assertEquals(408, client.answer(1).status());
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void givesUpHeadOfStreamThatStops() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.frame(
                    FrameClient.HEADERS,
                    FrameClient.END_STREAM,
                    1,
                    FrameClient.block(FrameClient.request("GET", "/agents/1"))));
            client.end();
        }
        assertEquals(0, origin.bytes());
    }

    @Test
    void closesIdleConnections() throws IOException {
        try (RawClient silent = gateway.client();
                RawClient client = gateway.client();
                FrameClient frames = gateway.frames();
                FrameClient noPreface = FrameClient.silent(
                        gateway.trust(), new Socket(InetAddress.getLoopbackAddress(), gateway.port()))) {
            assertEquals(
                    200,
                    client.send(Stronghold.head("GET", "/agents/1") + "\r\n")
                            .answer()
                            .status());
            assertEquals(200, frames.status(1, "/agents/1"));
            assertEquals("", silent.rest());
            assertEquals("", client.rest());
            frames.end();
            noPreface.end();
        }
    }

    /** What a slow client does between two bytes. */
    private static void pause() {
        LockSupport.parkNanos(BETWEEN_BYTES_MILLIS * 1_000_000L);
    }

    /** Pings keep nothing alive. */
    @Test
    void closesConnectionThatOnlyPings() throws IOException {
        try (FrameClient client = gateway.frames()) {
            int pings = 0;
            while (client.trySend(FrameClient.frame(FrameClient.PING, 0, 0, new byte[8])) && client.next() != null) {
                pings++;
                pause();
            }
            assertTrue(pings < 400, "open after " + pings);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // says nothing
                "\u0016", // begins a record
                "\u0016\u0003\u0001\u0040\u0000\u0001\u00ff\u00ff\u00ff", // a ClientHello that claims 16 MiB
            })
    void givesUpSlowHandshake(String begin) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
            socket.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(isClosedWhileDripping(socket, !begin.isEmpty()));
        }
    }

    private static boolean isClosedWhileDripping(Socket socket, boolean drip) {
        for (int i = 0; i < 400; i++) {
            try {
                if (drip) {
                    socket.getOutputStream().write(0);
                }
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException quiet) {
                // The next byte is due.
            } catch (IOException closed) {
                return true;
            }
        }
        return false;
    }

    @Test
    void doesNotHoldWhatHandshakeClaims() throws IOException {
        int before = FrameFloodTest.usedMegabytes();
        List<Socket> sockets = new ArrayList<>();
        byte[] record = new byte[5 + 0x4000];
        System.arraycopy(new byte[] {0x16, 3, 1, 0x40, 0, 1, -1, -1, -1}, 0, record, 0, 9);
        for (int i = 0; i < 50; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            sockets.add(socket);
            try {
                for (int j = 0; j < 20; j++) {
                    socket.getOutputStream().write(record);
                }
            } catch (IOException refused) {
                // As it should be.
            }
        }
        assertTrue(FrameFloodTest.usedMegabytes() - before < 32);
        gateway.assertSound();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** The receiving side of this client takes a few kilobytes and no more. */
    private static RawClient narrow() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        return RawClient.over(gateway.trust(), socket);
    }

    private static void answerAtLength() {
        origin.answer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 16000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 160; i++) {
                out.write(new byte[100_000]);
            }
            return true;
        });
    }

    @Test
    void givesUpClientThatDoesNotRead() throws IOException {
        answerAtLength();
        try (RawClient client = narrow()) {
            client.send(Stronghold.head("GET", "/agents/1") + "\r\n");
            awaitOnlyOwnConnection();
        }
    }

    @Test
    void givesUpClientThatDoesNotReadLastAnswer() throws IOException {
        origin.answer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 4000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[4_000_000]);
            return true;
        });
        try (RawClient client = narrow()) {
            client.send(Stronghold.head("GET", "/agents/1") + "connection: close\r\n\r\n");
            awaitOnlyOwnConnection();
        }
    }

    /** Many small requests whose answers are left lying: the gateway stops reading and gives up. */
    @Test
    void givesUpClientThatPipelinesAndDoesNotRead() throws IOException {
        int before = FrameFloodTest.usedMegabytes();
        try (RawClient client = narrow()) {
            client.socket().setSoTimeout(1000);
            String many = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1000);
            Thread flood = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        client.send(many);
                    }
                } catch (IOException closed) {
                    // As it should be.
                }
            });
            awaitOnlyOwnConnection();
            assertTrue(FrameFloodTest.usedMegabytes() - before < 32);
            join(flood);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(RawClient.PATIENCE_MILLIS);
            assertTrue(!thread.isAlive(), "still sending");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Streams whose window stays shut: their answers are not kept for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"/health", "/agents/1", "/nothing"})
    void givesUpStreamsWithShutWindow(String path) throws IOException {
        try (FrameClient client =
                FrameClient.connect(gateway.trust(), gateway.port(), FrameClient.INITIAL_WINDOW_SIZE, 0)) {
            for (int stream = 1; stream < 41; stream += 2) {
                client.send(FrameClient.headers(stream, true, FrameClient.request("GET", path)));
            }
            for (int resets = 0; resets < 20; ) {
                FrameClient.Frame frame = client.next();
                assertTrue(frame != null, "closed instead");
                if (frame.type() == FrameClient.RST_STREAM) {
                    resets++;
                    assertTrue(frame.number(0) == CANCEL || frame.number(0) == 2, "code " + frame.number(0));
                }
            }
            client.send(FrameClient.settings(FrameClient.INITIAL_WINDOW_SIZE, 65_535));
            assertEquals(200, client.status(41, "/health"));
        }
    }

    @Test
    void servesOthersWhileManyAreSlow() throws IOException {
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawClient client = gateway.client();
            slow.add(client);
            client.send("GET /agents/1 HTTP/1.1\r\nhost: loc");
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(200, gateway.get("/agents/honest").status());
        }
        for (RawClient each : slow) {
            assertTrue(each.rest().startsWith("HTTP/1.1 408 "));
            each.close();
        }
        assertEquals(20, origin.requests().size());
    }
}
