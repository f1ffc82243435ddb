package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.RefusalCode;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpgradeTest {
    private static final String SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455, 1.3
    private static final String SAMPLE_ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    private static void agree(ScriptedOrigin.Peer peer, String accept) throws IOException {
        peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
                + "sec-websocket-accept: " + accept + "\r\nsec-websocket-protocol: chat\r\n\r\n");
    }

    private static String accept(String head) {
        String key = head.lines()
                .filter(line -> line.startsWith("sec-websocket-key: "))
                .findFirst()
                .orElseThrow()
                .substring("sec-websocket-key: ".length());
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void makesAKeyForAClientThatSentNoneAndThenTunnels() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            String head = peer.head();
            seen.complete(head);
            agree(peer, accept(head));
            peer.send("hi ");
            peer.send("echo " + peer.body(5));
            peer.awaitClose();
        })) {
            RecordingListener listener = new RecordingListener();
            Upstream upstream = forwarding.plain(origin.port());
            ForwardedStream stream = forwarding.open(upstream, Forwarding.webSocket(), listener);
            forwarding.run(() -> {
                stream.data(Forwarding.bytes("early"), false); // waits for the switch
                stream.flush();
            });
            listener.awaitHead();
            assertTrue(listener.switched);
            assertFalse(listener.headers.contains("sec-websocket-accept"));
            assertTrue(listener.headers.contains("sec-websocket-protocol: chat"));
            Forwarding.eventually("the echo came", () -> listener.body().equals("hi echo early"));
            String head = seen.get(5, TimeUnit.SECONDS);
            assertTrue(head.startsWith("GET /socket HTTP/1.1\r\n"), head);
            assertTrue(head.contains("connection: upgrade\r\n"), head);
            assertTrue(head.contains("upgrade: websocket\r\n"), head);
            assertTrue(head.contains("sec-websocket-version: 13\r\n"), head);
            assertFalse(head.contains("early") || head.contains("content-length"), head);
            assertEquals(1, upstream.health().getFirst().outstanding());
            forwarding.run(() -> stream.data(Unpooled.EMPTY_BUFFER, true));
            listener.await();
            assertNull(listener.failure);
            assertEquals(0, upstream.health().getFirst().outstanding());
        }
    }

    @Test
    void passesTheClientsOwnKeyOnAndItsProofBack() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            assertTrue(peer.head().contains("sec-websocket-key: " + SAMPLE_KEY + "\r\n"));
            agree(peer, SAMPLE_ACCEPT);
        })) {
            RecordingListener listener = new RecordingListener();
            forwarding.open(
                    forwarding.plain(origin.port()), Forwarding.webSocket("sec-websocket-key", SAMPLE_KEY), listener);
            listener.await();
            assertTrue(listener.switched);
            assertTrue(listener.headers.contains("sec-websocket-accept: " + SAMPLE_ACCEPT));
            assertNull(listener.failure); // the upstream closing ends the tunnel
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upgrade: websocket\r\nconnection: upgrade\r\n",
                "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: wrong\r\n",
                "upgrade: h2c\r\nconnection: upgrade\r\nsec-websocket-accept: " + SAMPLE_ACCEPT + "\r\n",
                "upgrade: websocket, h2c\r\nconnection: upgrade\r\nsec-websocket-accept: " + SAMPLE_ACCEPT + "\r\n",
                "upgrade: websocket\r\nsec-websocket-accept: " + SAMPLE_ACCEPT + "\r\n",
                "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: " + SAMPLE_ACCEPT
                        + "\r\nsec-websocket-accept: x\r\n"
            })
    void opensNoTunnelWithoutProof(String fields) throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n");
            peer.awaitClose();
        })) {
            RecordingListener listener = new RecordingListener();
            forwarding.open(
                    forwarding.plain(origin.port()), Forwarding.webSocket("sec-websocket-key", SAMPLE_KEY), listener);
            listener.await();
            assertFalse(listener.switched);
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_MALFORMED, listener.failure.code());
        }
    }

    @Test
    void tellsAnOrdinaryAnswerWhereTheUpstreamDoesNotSwitch() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                peer.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno");
            }
        })) {
            Upstream upstream = forwarding.plain(origin.port());
            RecordingListener listener = new RecordingListener();
            forwarding.open(upstream, Forwarding.webSocket(), listener);
            listener.await();
            assertEquals(403, listener.status);
            assertEquals("no", listener.body());
            assertEquals(403, forwarding.get(upstream, "/").await().status);
            assertEquals(1, origin.accepted());
        }
    }

    @Test
    void tellsAResetTunnelAsFailed() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            agree(peer, accept(peer.head()));
            peer.body(3);
            peer.reset();
        })) {
            RecordingListener listener = new RecordingListener();
            ForwardedStream stream = forwarding.open(forwarding.plain(origin.port()), Forwarding.webSocket(), listener);
            listener.awaitHead();
            forwarding.run(() -> {
                stream.data(Forwarding.bytes("end"), false);
                stream.flush();
            });
            listener.await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_FAILED, listener.failure.code());
        }
    }
}
