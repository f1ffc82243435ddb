package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UpstreamPipelinesTest {
    private static final Http2Origin.Script ANSWER = (peer, frame) -> {
        if (frame instanceof Http2HeadersFrame head) {
            peer.answer(head.stream(), "ok");
        }
    };

    private final Queue<Channel> opened = new ConcurrentLinkedQueue<>();
    private final Forwarding forwarding =
            new Forwarding(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()), new Forwarder(() -> {
                NioSocketChannel channel = new NioSocketChannel();
                opened.add(channel);
                return channel;
            }));

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    private List<? extends Class<? extends ChannelHandler>> handlersAfterOneRequest(
            UpstreamProtocol protocol, int port, UpstreamSecurity security) throws Exception {
        List<UpstreamEndpoint> endpoints = List.of(new UpstreamEndpoint("127.0.0.1", port, security));
        Upstream upstream =
                forwarding.upstream(new UpstreamSettings("origin", protocol, endpoints, Forwarding.LIMITS, null));
        assertEquals("ok", forwarding.get(upstream, "/").await().body());
        Channel channel = opened.remove();
        return forwarding.onLoop(() -> channel.pipeline().toMap().values().stream()
                .map(ChannelHandler::getClass)
                .toList());
    }

    @Test
    void http1WithoutTls() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin(peer -> {
            peer.head();
            peer.answer("ok");
            peer.awaitClose();
        })) {
            assertEquals(
                    List.of(Http1UpstreamConnection.class),
                    handlersAfterOneRequest(UpstreamProtocol.AUTO, origin.port(), new UpstreamSecurity.Plain()));
        }
    }

    @Test
    void http1OverTls() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        try (TlsOrigin origin = new TlsOrigin(identity, peer -> {
            peer.head();
            peer.answer("ok");
            peer.awaitClose();
        })) {
            assertEquals(
                    List.of(SslHandler.class, Http1UpstreamConnection.class),
                    handlersAfterOneRequest(UpstreamProtocol.AUTO, origin.port(), identity.secured("agents.internal")));
        }
    }

    @Test
    void http2WithoutTls() throws Exception {
        Http2Origin origin = new Http2Origin(ANSWER);
        try {
            assertEquals(
                    List.of(Http2UpstreamHandler.class),
                    handlersAfterOneRequest(UpstreamProtocol.HTTP2, origin.port(), new UpstreamSecurity.Plain()));
        } finally {
            origin.stop();
        }
    }

    @Test
    void http2OverTls() throws Exception {
        TestIdentity identity = TestIdentity.of("agents.internal");
        Http2Origin origin = new Http2Origin(identity.server("h2"), Http2Settings.defaultSettings(), ANSWER);
        try {
            assertEquals(
                    List.of(SslHandler.class, Http2UpstreamHandler.class),
                    handlersAfterOneRequest(UpstreamProtocol.AUTO, origin.port(), identity.secured("agents.internal")));
        } finally {
            origin.stop();
        }
    }
}
