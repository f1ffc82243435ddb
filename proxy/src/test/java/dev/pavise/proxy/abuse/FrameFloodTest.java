package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floods of HTTP/2 frames that cost the sender little: each ends its own connection, and an honest client is served as before. */
final class FrameFloodTest {
    private static final int NOT_TOLD = -1;
    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int STREAM_CLOSED = 5;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int WRITTEN_AT_ONCE = 50;

    @TempDir
    static Path folder;

    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        gateway = Stronghold.before(folder, origin, "limits: {http2_streams: 100, http2_resets: 200, body: 64MiB}");
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
    void servesHonestClients() throws IOException {
        gateway.assertSound();
        try (FrameClient client = gateway.frames()) {
            origin.echoes();
            assertEquals(200, client.status(1, "/agents/honest"));
        }
    }

    private static byte[] get(int stream) {
        return FrameClient.headers(stream, true, FrameClient.request("GET", "/agents/1"));
    }

    private static byte[] post(int stream) {
        return FrameClient.headers(stream, false, FrameClient.request("POST", "/agents/1"));
    }

    /** Closed, and told why, where the reset of the socket did not overtake it. */
    private static void assertCalmed(FrameClient client) throws IOException {
        int code = client.end();
        assertTrue(
                List.of(NOT_TOLD, ENHANCE_YOUR_CALM, STREAM_CLOSED, PROTOCOL_ERROR)
                        .contains(code),
                "code " + code);
    }

    @Test
    void endsRapidReset() throws IOException {
        try (FrameClient client = gateway.frames()) {
            boolean open = true;
            for (int stream = 1; stream < 20_000 && open; stream += 2) {
                open = client.trySend(get(stream), FrameClient.reset(stream));
            }
            assertCalmed(client);
        }
        assertTrue(origin.requests().size() <= 202, () -> origin.requests().size() + " went on");
    }

    @Test
    void toleratesFewResets() throws IOException {
        try (FrameClient client = gateway.frames()) {
            for (int stream = 1; stream < 201; stream += 2) {
                client.send(get(stream), FrameClient.reset(stream));
            }
            assertEquals(200, client.status(201, "/agents/1"));
        }
    }

    /** The client never resets, but makes the gateway do so (MadeYouReset). */
    @ParameterizedTest
    @ValueSource(
            strings = {"window overflow", "empty window", "data behind the end", "wrong length", "priority of itself"})
    void endsResetsThatItWasMadeTo(String way) throws IOException {
        try (FrameClient client = gateway.frames()) {
            boolean open = true;
            for (int stream = 1; stream < 20_000 && open; stream += 2) {
                open = client.trySend(
                        switch (way) {
                            case "window overflow" ->
                                FrameClient.join(get(stream), FrameClient.window(stream, 0x7fffffff));
                            case "empty window" -> FrameClient.join(get(stream), FrameClient.window(stream, 0));
                            case "data behind the end" ->
                                FrameClient.join(get(stream), FrameClient.data(stream, true, "x"));
                            case "wrong length" ->
                                FrameClient.join(
                                        FrameClient.headers(
                                                stream,
                                                false,
                                                FrameClient.request("POST", "/agents/1", "content-length", "5")),
                                        FrameClient.data(stream, true, "more than five"));
                            default ->
                                FrameClient.join(
                                        post(stream),
                                        FrameClient.frame(
                                                FrameClient.PRIORITY,
                                                0,
                                                stream,
                                                FrameClient.join(FrameClient.number(stream), new byte[1])));
                        });
            }
            assertCalmed(client);
        }
        assertTrue(origin.requests().size() <= 202, () -> origin.requests().size() + " went on");
    }

    @Test
    void answersClientThatAnnouncesTinyHeaderList() throws IOException {
        try (FrameClient client =
                FrameClient.connect(gateway.trust(), gateway.port(), FrameClient.MAX_HEADER_LIST_SIZE, 1)) {
            for (int stream = 1; stream < 801; stream += 2) {
                assertEquals(200, client.status(stream, "/agents/1"));
            }
        }
    }

    @Test
    void holdsTheAnnouncedNumberOfStreams() throws IOException {
        origin.answer((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return true;
        });
        try (FrameClient client = gateway.frames()) {
            for (int stream = 1; stream < 203; stream += 2) {
                client.send(get(stream));
            }
            FrameClient.Answer answer = client.answer(201);
            assertTrue(answer.isReset(), answer::toString);
            assertEquals(REFUSED_STREAM, answer.error());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 4000})
    void endsContinuationFlood(int size) throws IOException {
        try (FrameClient client = gateway.frames()) {
            byte[] begun = FrameClient.block(FrameClient.request("GET", "/agents/1"));
            boolean open = client.trySend(FrameClient.frame(FrameClient.HEADERS, FrameClient.END_STREAM, 1, begun));
            byte[] crumb = new byte[size];
            if (size > 0) {
                byte[] field = FrameClient.block("x-a", "b".repeat(Math.max(0, size - 6)));
                System.arraycopy(field, 0, crumb, 0, Math.min(size, field.length));
            }
            byte[] more = FrameClient.frame(FrameClient.CONTINUATION, 0, 1, crumb);
            for (int i = 0; i < 5_000 && open; i++) {
                open = client.trySend(more);
            }
            assertFalse(open && client.end() == 0, "still open");
        }
        assertEquals(0, origin.bytes());
    }

    /** One field in the dynamic table, referred to again and again by one byte each: little to send, much to hold. */
    @ParameterizedTest
    @ValueSource(strings = {"x-a", "cookie"})
    void refusesHpackBomb(String name) throws IOException {
        int before = usedMegabytes();
        try (FrameClient client =
                FrameClient.connect(gateway.trust(), gateway.port(), FrameClient.INITIAL_WINDOW_SIZE, 0)) {
            byte[] indexed = FrameClient.block(FrameClient.request("GET", "/agents/1"));
            byte[] field = FrameClient.block(name, "b".repeat(3000));
            field[0] = 0x40; // to be remembered
            byte[] references = new byte[15_000];
            Arrays.fill(references, (byte) (0x80 | 62));
            for (int stream = 1; stream < 401; stream += 2) {
                if (!client.trySend(
                        FrameClient.frame(
                                FrameClient.HEADERS, FrameClient.END_STREAM, stream, FrameClient.join(indexed, field)),
                        FrameClient.frame(FrameClient.CONTINUATION, FrameClient.END_HEADERS, stream, references))) {
                    break;
                }
            }
            assertEquals(PROTOCOL_ERROR, client.end());
        }
        assertEquals(0, origin.bytes());
        assertTrue(usedMegabytes() - before < 32, "it cost " + (usedMegabytes() - before) + " MiB");
    }

    /** Small fields, so that the number of them is what bites. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "cookie"})
    void refusesManyTinyFields(String name) throws IOException {
        try (FrameClient client = gateway.frames()) {
            String[] fields = new String[400];
            for (int i = 0; i < fields.length; i += 2) {
                fields[i] = name;
                fields[i + 1] = "";
            }
            client.send(FrameClient.headers(1, true, FrameClient.request("GET", "/agents/1", fields)));
            FrameClient.Answer answer = client.answer(1);
            assertTrue(answer.status() == 431 || answer.isReset(), answer::toString);
        }
        assertEquals(0, origin.bytes());
    }

    @Test
    void tellsThatHeadIsTooLarge() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(FrameClient.headers(1, true, FrameClient.request("GET", "/agents/1", "x-a", "b".repeat(8500))));
            FrameClient.Answer answer = client.answer(1);
            assertEquals(431, answer.status(), answer::toString);
            assertEquals(200, client.status(3, "/agents/1"), "the connection goes on");
        }
        assertEquals(1, origin.requests().size());
    }

    @Test
    void refusesLargeTrailers() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(
                    post(1), FrameClient.data(1, false, "x"), FrameClient.headers(1, true, "x-a", "b".repeat(8500)));
            FrameClient.Answer answer = client.answer(1);
            assertTrue(answer.isReset() || answer.status() == 431, answer::toString);
            assertEquals(200, client.status(3, "/agents/1"), "the connection goes on");
        }
        assertEquals(1, origin.requests().size());
    }

    /** Floods that ask for replies, which are never read: the gateway stops reading, or closes; its memory stays. */
    @ParameterizedTest
    @ValueSource(strings = {"PING", "SETTINGS", "heads", "health"})
    void isNotFilledWithRepliesThatNobodyReads(String kind) throws IOException {
        int before = usedMegabytes();
        try (FrameClient client = gateway.frames()) {
            client.socket().setSoTimeout(1000);
            Thread flood = Thread.ofPlatform().start(() -> flood(client, kind));
            try {
                flood.join(1500);
                assertTrue(usedMegabytes() - before < 32, "it cost " + (usedMegabytes() - before) + " MiB");
                gateway.assertSound();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private static void flood(FrameClient client, String kind) {
        int stream = 1;
        byte[][] many = new byte[WRITTEN_AT_ONCE][];
        boolean open = true;
        for (int sent = 0; sent < 40_000 && open; sent += WRITTEN_AT_ONCE) {
            for (int i = 0; i < WRITTEN_AT_ONCE; i++, stream += 2) {
                many[i] = switch (kind) {
                    case "PING" -> FrameClient.frame(FrameClient.PING, 0, 0, new byte[8]);
                    case "SETTINGS" -> FrameClient.settings();
                    case "heads" -> FrameClient.headers(stream, true, FrameClient.request("HEAD", "/health"));
                    default -> FrameClient.headers(stream, true, FrameClient.request("GET", "/health"));
                };
            }
            open = client.trySend(many);
        }
    }

    @Test
    void ignoresDataBehindResetInTheSameWrite() throws IOException {
        try (FrameClient client = gateway.frames()) {
            for (int stream = 1; stream < 101; stream += 2) {
                if (!client.trySend(
                        post(stream),
                        FrameClient.data(stream, false, "begun"),
                        FrameClient.reset(stream),
                        FrameClient.data(stream, true, "x".repeat(10_000)))) {
                    break;
                }
            }
            assertEquals(STREAM_CLOSED, client.end());
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void endsFloodOfEmptyData() throws IOException {
        try (FrameClient client = gateway.frames()) {
            boolean open = client.trySend(post(1));
            for (int i = 0; i < 10_000 && open; i++) {
                open = client.trySend(FrameClient.data(1, false, ""));
            }
            assertCalmed(client);
        }
        assertEquals(List.of(), origin.requests());
    }

    @Test
    void endsConnectionWhoseWindowOverflows() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.trySend(FrameClient.window(0, 0x7fffffff), FrameClient.window(0, 0x7fffffff));
            assertEquals(FLOW_CONTROL_ERROR, client.end());
        }
    }

    @Test
    void resetsStreamWhoseWindowOverflows() throws IOException {
        try (FrameClient client = gateway.frames()) {
            client.send(post(1), FrameClient.window(1, 0x7fffffff));
            assertEquals(FLOW_CONTROL_ERROR, client.answer(1).error());
            assertEquals(200, client.status(3, "/agents/1"));
        }
    }

    @Test
    void toleratesPriorityFlood() throws IOException {
        int before = usedMegabytes();
        try (FrameClient client = gateway.frames()) {
            boolean open = true;
            for (int i = 0; i < 20_000 && open; i += WRITTEN_AT_ONCE) {
                byte[][] many = new byte[WRITTEN_AT_ONCE][];
                for (int j = 0; j < WRITTEN_AT_ONCE; j++) {
                    many[j] = FrameClient.frame(
                            FrameClient.PRIORITY,
                            0,
                            2 * (i + j) + 3,
                            FrameClient.join(FrameClient.number(0), new byte[1]));
                }
                open = client.trySend(many);
            }
            assertTrue(!open || client.status(100_001, "/agents/1") == 200);
        }
        assertTrue(usedMegabytes() - before < 32, "it cost " + (usedMegabytes() - before) + " MiB");
    }

    @Test
    void endsConnectionThatIsNoHttp2() throws IOException {
        try (FrameClient client = FrameClient.silent(
                gateway.trust(), new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), gateway.port()))) {
            client.trySend("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            client.end();
        }
    }

    /** Live memory of this process, in which the gateway runs as well: the heap after a collection, and Netty's buffers. */
    static int usedMegabytes() {
        System.gc();
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        long buffers = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
        return (int) (heap + buffers >> 20);
    }
}
