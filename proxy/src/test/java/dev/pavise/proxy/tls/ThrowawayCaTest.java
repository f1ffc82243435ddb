package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import dev.pavise.proxy.pem.Pem;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ThrowawayCaTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;

    @Test
    void makesAGatewayThatLocalClientsVerify() throws Exception {
        ThrowawayCa ca = open();
        ServerTls tls = server(ca);
        assertEquals(List.of("localhost", "127.0.0.1", "::1"), tls.facts().names());
        for (String host : List.of("localhost", "127.0.0.1", "::1")) {
            SSLEngine client = Handshakes.client(Pem.certificates(ca.ca()).getFirst(), null)
                    .createSSLEngine(host, 8443);
            client.setUseClientMode(true);
            SSLParameters parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
            ServerTlsTest.known(ServerTlsTest.play(tls, client));
        }
    }

    @Test
    void keepsKeysToItself() throws Exception {
        ThrowawayCa ca = open();
        Path clientKey = folder.resolve("agent-key.pem");
        ca.makeClient("agent", folder.resolve("agent.pem"), clientKey);
        for (Path key : List.of(ca.key(), folder.resolve("data/ca.key"), clientKey)) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)), key.toString());
        }
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))));
        try (var files = Files.list(folder.resolve("data"))) {
            assertEquals(4, files.count(), "no draft is left behind");
        }
    }

    @Test
    void makesClientsThatItsOwnDoorKnows() throws Exception {
        ThrowawayCa ca = open();
        Path cert = folder.resolve("agent.pem");
        Path key = folder.resolve("agent-key.pem");
        ca.makeClient("agent-7", cert, key);
        TestCa.Issued own = new TestCa.Issued(Pem.certificates(cert).getFirst(), List.of(), Pem.privateKey(key));
        ServerTls tls = server(ca);
        SSLEngine client = Handshakes.clientEngine(
                Handshakes.client(Pem.certificates(ca.ca()).getFirst(), own));
        SSLEngine door = tls.context().newEngine(ByteBufAllocator.DEFAULT);
        try {
            Handshakes.play(client, door);
            InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            Peer peer = ServerTlsTest.known(tls.handshake(door, remote));
            X509Certificate shown = peer.certificate().orElseThrow();
            assertEquals("CN=agent-7", shown.getSubjectX500Principal().getName());
        } finally {
            ReferenceCountUtil.release(door);
        }
    }

    @Test
    void staysTheSameUntilRenewalIsDue() throws Exception {
        String ca = Files.readString(open().ca());
        String cert = Files.readString(open().cert());
        now = now.plus(Duration.ofDays(19));
        assertEquals(cert, Files.readString(open().cert()));
        now = now.plus(Duration.ofDays(2));
        assertNotEquals(cert, Files.readString(open().cert()));
        assertEquals(ca, Files.readString(open().ca()), "clients go on to trust the same authority");
        server(open());
    }

    @Test
    void makesAnewWhatIsDamagedOrOverAndSaysSo() throws Exception {
        String first = Files.readString(open().ca());
        now = now.plus(Duration.ofDays(340));
        TlsMaterial.Ready<ThrowawayCa> renewed = material();
        assertNotEquals(first, Files.readString(renewed.value().ca()));
        assertTrue(renewed.warnings().toString().contains("clients have to trust the new"), "silent");
        for (String damaged : List.of("ca.crt", "ca.key", "gateway.crt", "gateway.key")) {
            Files.writeString(folder.resolve("data").resolve(damaged), "damaged");
            server(open());
        }
        Files.delete(folder.resolve("data/ca.key"));
        server(open());
    }

    @Test
    void refusesAFolderItCannotWrite() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "a file");
        var refused = assertInstanceOf(TlsMaterial.Refused.class, ThrowawayCa.open(file, clock));
        assertTrue(refused.problems().toString().contains("cannot be made there"), refused.toString());
    }

    private ThrowawayCa open() {
        return material().value();
    }

    private TlsMaterial.Ready<ThrowawayCa> material() {
        return switch (ThrowawayCa.open(folder.resolve("data"), clock)) {
            case TlsMaterial.Ready<ThrowawayCa> ready -> ready;
            case TlsMaterial.Refused<ThrowawayCa> refused -> throw new AssertionError(refused.problems());
        };
    }

    private ServerTls server(ThrowawayCa ca) {
        return ServerTlsTest.ready(ServerTls.load(
                new ServerTlsSettings(
                        "door",
                        ca.cert(),
                        ca.key(),
                        ca.ca(),
                        null,
                        ClientAuth.OPTIONAL,
                        TlsConfig.Version.TLS_1_3,
                        TlsConfig.TLS_1_3_SUITES),
                clock));
    }
}
