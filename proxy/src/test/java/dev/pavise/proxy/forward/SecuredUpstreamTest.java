package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.http.RefusalCode;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SecuredUpstreamTest {
    private static final Http2Origin.Script ECHO = (peer, frame) -> {
        if (frame instanceof Http2HeadersFrame head) {
            peer.answer(head.stream(), "over h2");
        }
    };

    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    private Upstream upstream(UpstreamProtocol protocol, int port, UpstreamSecurity security) {
        List<UpstreamEndpoint> endpoints = List.of(new UpstreamEndpoint("127.0.0.1", port, security));
        return forwarding.upstream(new UpstreamSettings("tls", protocol, endpoints, Forwarding.LIMITS, null));
    }

    @Test
    void speaksHttp2WhereTheUpstreamAgrees() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        Http2Origin origin = new Http2Origin(identity.server("h2"), Http2Settings.defaultSettings(), ECHO);
        try {
            Upstream upstream = upstream(UpstreamProtocol.AUTO, origin.port(), identity.secured("agents.internal"));
            RecordingListener one = forwarding.get(upstream, "/");
            RecordingListener two = forwarding.get(upstream, "/");
            assertEquals("over h2", one.await().body());
            assertEquals("over h2", two.await().body());
            assertEquals("over h2", forwarding.get(upstream, "/").await().body());
            assertTrue(origin.accepted() <= 2); // before the first agreed to HTTP/2, each request had a connection made
        } finally {
            origin.stop();
        }
    }

    @Test
    void speaksHttp1WhereTheUpstreamKnowsNoOther() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(identity, peer -> {
            for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                peer.answer("over http/1.1");
            }
        })) {
            Upstream upstream = upstream(UpstreamProtocol.AUTO, origin.port(), identity.secured("agents.internal"));
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "over http/1.1", forwarding.get(upstream, "/").await().body());
            }
            assertEquals(1, origin.accepted());
        }
    }

    @Test
    void tunnelsOverHttp1AlsoWhereTheUpstreamWouldSpeakHttp2() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(identity, peer -> {
            if (peer.head().startsWith("GET /socket HTTP/1.1\r\n")) {
                peer.send("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
                peer.awaitClose();
            }
        })) {
            Upstream upstream = upstream(UpstreamProtocol.HTTP2, origin.port(), identity.secured("agents.internal"));
            RecordingListener listener = new RecordingListener();
            forwarding.open(upstream, Forwarding.webSocket(), listener);
            assertEquals(404, listener.await().status);
            RecordingListener plain = forwarding.get(upstream, "/").await();
            assertNotNull(plain.failure); // HTTP/2 was asked for, and the upstream does not speak it
            assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, plain.failure.code());
        }
    }

    @Test
    void doesNotTalkToACertificateOfAnotherName() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(identity, ScriptedOrigin.Peer::head)) {
            Upstream upstream = upstream(UpstreamProtocol.AUTO, origin.port(), identity.secured("other.internal"));
            RecordingListener listener = forwarding.get(upstream, "/").await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, listener.failure.code());
            assertFalse(listener.failure.detail().contains("other.internal"));
        }
    }

    @Test
    void doesNotTalkToACertificateItDoesNotTrust() throws Exception {
        TestIdentity shown = TestIdentity.of("agents.internal");
        TestIdentity trusted = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(shown, ScriptedOrigin.Peer::head)) {
            Upstream upstream = upstream(UpstreamProtocol.AUTO, origin.port(), trusted.secured("agents.internal"));
            RecordingListener listener = forwarding.get(upstream, "/").await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, listener.failure.code());
        }
    }

    @Test
    void believesAnEndByClosingOnlyWhereTlsSaysSo() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(identity, peer -> {
            boolean cleanly = peer.head().startsWith("GET /cleanly ");
            peer.send("HTTP/1.1 200 OK\r\n\r\nsome");
            if (cleanly) {
                peer.socket().close();
            }
        })) {
            Upstream upstream = upstream(UpstreamProtocol.AUTO, origin.port(), identity.secured("agents.internal"));
            RecordingListener whole = forwarding.get(upstream, "/cleanly").await();
            assertNull(whole.failure);
            assertEquals("some", whole.body());
            RecordingListener cut = forwarding.get(upstream, "/cut").await();
            assertNotNull(cut.failure);
            assertEquals(RefusalCode.UPSTREAM_FAILED, cut.failure.code());
        }
    }
}
