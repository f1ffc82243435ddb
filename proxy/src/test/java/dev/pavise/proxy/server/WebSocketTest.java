package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Headers;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** WebSocket over HTTP/1.1 (RFC 6455) and over HTTP/2 (RFC 8441), before an HTTP/1.1 upstream. */
final class WebSocketTest {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    @TempDir
    Path folder;

    private RawOrigin origin;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.playing(wire -> {
            Wire.Message opening = wire.requestMessage();
            origin.saw(opening.head());
            wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept(opening.field("sec-websocket-key")) + "\r\n\r\n");
            echo(wire);
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), ""));
    }

    private static String accept(String key) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(digest);
    }

    /** Sends each short frame back unmasked; a close frame ends it. */
    private static void echo(Wire wire) throws Exception {
        while (true) {
            byte[] head = wire.bytes(2);
            int length = head[1] & 0x7f;
            byte[] mask = wire.bytes(4);
            byte[] payload = wire.bytes(length);
            byte[] frame = new byte[2 + length];
            frame[0] = head[0];
            frame[1] = (byte) length;
            for (int i = 0; i < length; i++) {
                frame[2 + i] = (byte) (payload[i] ^ mask[i % 4]);
            }
            wire.send(frame, frame.length);
            if ((head[0] & 0xf) == 8) {
                return;
            }
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void carriesMessagesOverHttp1AndEndsThem() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (HttpClient client = gateway.client(HttpClient.Version.HTTP_1_1)) {
            WebSocket socket = client.newWebSocketBuilder()
                    .header("authorization", "Bearer " + TestGateway.TOKEN)
                    .buildAsync(gateway.webSocket("/agents/ws"), new Listening(heard))
                    .get(20, TimeUnit.SECONDS);
            for (int i = 0; i < 10; i++) {
                socket.sendText("message " + i, true).get(20, TimeUnit.SECONDS);
                assertEquals("message " + i, heard.poll(20, TimeUnit.SECONDS));
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(20, TimeUnit.SECONDS);
            assertEquals("closed 1000", heard.poll(20, TimeUnit.SECONDS));
        }
        assertEquals(List.of("intent", "outcome", "end"), phases("/agents/ws"));
        JsonNode end = Trail.of(gateway).end("/agents/ws");
        // Both have said goodbye; who closes the connection first is a matter of moments.
        assertTrue(List.of("complete", "client_gone").contains(Trail.metadata(end, "ended")), end::toString);
        assertEquals(10 * (6 + 9) + 6 + 5, Trail.number(end, "request_bytes"));
        assertEquals(10 * (2 + 9) + 2 + 5, Trail.number(end, "response_bytes"));
    }

    private List<String> phases(String path) throws Exception {
        Trail.of(gateway).end(path);
        return Trail.of(gateway).of(path).stream()
                .map(each -> Trail.text(each, "phase"))
                .toList();
    }

    private record Listening(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add("failed " + error);
        }
    }

    @Test
    void carriesMessagesOverHttp2AndEndsThem() throws Exception {
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2Headers connect = Http2Client.head("CONNECT", "/agents/ws", "sec-websocket-version", "13");
            connect.add(":protocol", "websocket");
            Http2End stream = client.open(connect, false);
            Http2End.Event.Head answer = stream.head();
            assertEquals("200", answer.headers().status().toString());
            for (int i = 0; i < 5; i++) {
                stream.send(frame(1, "message " + i), false);
                assertEquals("\u0081\u0009message " + i, stream.data(11));
            }
            stream.send(frame(8, "\u0003\u00e8"), false);
            assertEquals("\u0088\u0002\u0003\u00e8", stream.data(4));
            assertEquals("complete", stream.howItEnded());
            assertTrue(client.isOpen());
        }
        assertEquals(List.of("GET /agents/ws"), origin.seen());
        assertEquals(List.of("intent", "outcome", "end"), phases("/agents/ws"));
        assertEquals("complete", Trail.metadata(Trail.of(gateway).end("/agents/ws"), "ended"));
    }

    @Test
    void endsTheUpstreamWhenTheClientEnds() throws Exception {
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2Headers connect = Http2Client.head("CONNECT", "/agents/ws", "sec-websocket-version", "13");
            connect.add(":protocol", "websocket");
            Http2End stream = client.open(connect, false);
            stream.head();
            stream.send(frame(1, "last words"), true);
            assertEquals("complete", Trail.metadata(Trail.of(gateway).end("/agents/ws"), "ended"));
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/gone", HANDSHAKE);
            assertEquals(101, wire.headAnswer().status());
            wire.reset();
            assertEquals("client_gone", Trail.metadata(Trail.of(gateway).end("/agents/gone"), "ended"));
        }
    }

    private static final String HANDSHAKE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @Test
    void switchesForNobodyWithoutCredential() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            wire.send("GET /agents/ws HTTP/1.1\r\nHost: localhost\r\n" + HANDSHAKE + "\r\n");
            assertEquals(401, wire.answer().status());
        }
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2Headers connect = Http2Client.head("CONNECT", "/agents/ws", "sec-websocket-version", "13");
            connect.add(":protocol", "websocket");
            connect.remove("authorization");
            Http2End stream = client.open(connect, false);
            assertEquals("401", stream.head().headers().status().toString());
        }
        assertEquals(List.of(), origin.seen());
    }

    private static byte[] frame(int opcode, String text) {
        byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = new byte[6 + payload.length]; // the mask is zero
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }
}
