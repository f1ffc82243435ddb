package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.Place;
import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import dev.pavise.proxy.config.UpstreamConfig.Protocol;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Towards upstreams, played against a door of our own as the upstream. */
final class UpstreamTlsTest {

    private final TestCa ca = TestCa.create("upstreams");
    private final TestCa.Issued server = ca.server("runtime.example", "*.wild.example", "127.0.0.1", "::1");

    @TempDir
    private Path folder;

    @Test
    void reachesTheUpstreamItMeans() throws Exception {
        for (String host : List.of("runtime.example", "a.wild.example", "127.0.0.1", "::1")) {
            connect(upstream(host, null, Protocol.AUTO), server, ClientAuth.NONE);
        }
    }

    @Test
    void refusesACertificateForAnotherName() {
        for (String host : List.of("other.example", "a.b.wild.example", "127.0.0.2", "::2", "localhost")) {
            assertThrows(
                    SSLException.class,
                    () -> connect(upstream(host, null, Protocol.AUTO), server, ClientAuth.NONE),
                    host);
        }
    }

    @Test
    void checksTheServerNameInsteadOfTheHost() throws Exception {
        connect(upstream("10.9.8.7", "runtime.example", Protocol.AUTO), server, ClientAuth.NONE);
        assertThrows(
                SSLException.class,
                () -> connect(upstream("runtime.example", "other.example", Protocol.AUTO), server, ClientAuth.NONE));
    }

    @Test
    void refusesAForeignAuthorityAndWrongCertificates() {
        Instant now = Instant.now();
        TestCa.Issued foreign = TestCa.create("upstreams").server("runtime.example");
        assertThrows(
                SSLException.class,
                () -> connect(upstream("runtime.example", null, Protocol.AUTO), foreign, ClientAuth.NONE));
        TestCa.Issued ending = ca.request("CN=x", TestCa.newKey("EC", 256))
                .name("runtime.example")
                .valid(now.minus(Duration.ofDays(2)), Duration.ofDays(1))
                .issue();
        InstantSource then = InstantSource.fixed(now.minus(Duration.ofHours(30)));
        assertThrows(
                SSLException.class,
                () -> connect(upstream("runtime.example", null, Protocol.AUTO), ending, ClientAuth.NONE, then));
    }

    @Test
    void trustsTheSystemOnlyWhereNoAuthorityIsNamed() {
        UpstreamConfig system = config("runtime.example", null, Protocol.AUTO, null, null, null);
        assertThrows(SSLException.class, () -> connect(system, server, ClientAuth.NONE));
    }

    @Test
    void showsItsOwnCertificate() throws Exception {
        TestCa.Issued own = ca.client("gateway").issue();
        UpstreamConfig upstream = config(
                "runtime.example",
                null,
                Protocol.AUTO,
                ca.writeCert(folder, "ca.crt"),
                own.writeCert(folder, "own.crt"),
                own.writeKey(folder, "own.key"));
        Peer peer = connect(upstream, server, ClientAuth.REQUIRED);
        assertEquals(own.certificate(), peer.certificate().orElseThrow());
    }

    @Test
    void offersTheProtocolsItMaySpeak() throws Exception {
        for (Protocol protocol : Protocol.values()) {
            String expected = protocol == Protocol.HTTP1 ? "http/1.1" : "h2";
            UpstreamConfig upstream = upstream("runtime.example", null, protocol);
            assertEquals(expected, connect(upstream, server, ClientAuth.NONE).applicationProtocol());
        }
    }

    @Test
    void refusesFilesItCannotUse() {
        TestCa.Issued serverOnly = ca.server("gateway");
        UpstreamConfig wrongUse = config(
                "runtime.example",
                null,
                Protocol.AUTO,
                null,
                serverOnly.writeCert(folder, "own.crt"),
                serverOnly.writeKey(folder, "own.key"));
        refuses("not meant for TLS clients", wrongUse);
        refuses("does not exist", config("h", null, Protocol.AUTO, folder.resolve("none"), null, null));
    }

    private static void refuses(String why, UpstreamConfig upstream) {
        var refused = assertInstanceOf(TlsMaterial.Refused.class, UpstreamTls.load(upstream, InstantSource.system()));
        assertTrue(refused.problems().toString().contains(why), refused.toString());
    }

    private UpstreamConfig upstream(String host, @Nullable String serverName, Protocol protocol) {
        return config(host, serverName, protocol, ca.writeCert(folder, "ca.crt"), null, null);
    }

    private static UpstreamConfig config(
            String host,
            @Nullable String serverName,
            Protocol protocol,
            @Nullable Path authority,
            @Nullable Path cert,
            @Nullable Path key) {
        return new UpstreamConfig(
                "runtime",
                List.of(new UpstreamConfig.Url(true, host, 443)),
                authority,
                cert,
                key,
                serverName,
                protocol,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                1,
                null,
                Place.startOf(Path.of("pavise.yaml")));
    }

    private Peer connect(UpstreamConfig upstream, TestCa.Issued shown, ClientAuth asked) throws SSLException {
        return connect(upstream, shown, asked, InstantSource.system());
    }

    private Peer connect(UpstreamConfig upstream, TestCa.Issued shown, ClientAuth asked, InstantSource clock)
            throws SSLException {
        ServerTls runtime = ServerTlsTest.ready(ServerTls.load(
                new ServerTlsSettings(
                        "runtime",
                        shown.writeCert(folder, "runtime.crt"),
                        shown.writeKey(folder, "runtime.key"),
                        ca.writeCert(folder, "clients.crt"),
                        null,
                        asked,
                        TlsConfig.Version.TLS_1_3,
                        TlsConfig.TLS_1_3_SUITES),
                clock));
        UpstreamTls tls = ServerTlsTest.ready(UpstreamTls.load(upstream, InstantSource.system()));
        String host = upstream.urls().getFirst().host();
        String name = upstream.serverName() == null ? host : upstream.serverName();
        SslHandler handler = tls.negotiating()
                .newHandler(
                        ByteBufAllocator.DEFAULT,
                        name,
                        upstream.urls().getFirst().port());
        SSLEngine server = runtime.context().newEngine(ByteBufAllocator.DEFAULT);
        try {
            Handshakes.play(handler.engine(), server);
            InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            return ServerTlsTest.known(runtime.handshake(server, remote));
        } finally {
            ReferenceCountUtil.release(handler.engine());
            ReferenceCountUtil.release(server);
        }
    }
}
