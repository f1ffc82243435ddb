package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions taken up again: what a ticket is worth, where, and for how long. */
final class ResumptionTest {

    private static final TestCa CA = TestCa.create("clients");

    @TempDir
    private Path folder;

    private Instant now = Instant.now();
    private final AtomicInteger proofs = new AtomicInteger();
    private final TestCa.Issued agent = CA.client("agent").issue();

    /** BoringSSL and the JDK, with tickets of TLS 1.3 and of TLS 1.2. */
    static Stream<Arguments> kinds() {
        List<String> reversed = TlsConfig.TLS_1_3_SUITES.reversed();
        List<String> both = Stream.concat(TlsConfig.TLS_1_3_SUITES.stream(), TlsConfig.TLS_1_2_SUITES.stream())
                .toList();
        List<String> bothReversed = Stream.concat(reversed.stream(), TlsConfig.TLS_1_2_SUITES.stream())
                .toList();
        return Stream.of(
                Arguments.of("native, TLS 1.3", "TLSv1.3", TlsConfig.TLS_1_3_SUITES),
                Arguments.of("JDK, TLS 1.3", "TLSv1.3", reversed),
                Arguments.of("native, TLS 1.2", "TLSv1.2", both),
                Arguments.of("JDK, TLS 1.2", "TLSv1.2", bothReversed));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void carriesTheIdentityOverAtTheSameDoor(String kind, String version, List<String> suites) throws Exception {
        ServerTls door = door("a", CA, ClientAuth.REQUIRED, suites, null);
        SSLContext client = Handshakes.client(CA, agent, proofs);
        ServerTlsTest.known(connect(door, client, version));
        assertEquals(1, proofs.get());
        Peer resumed = ServerTlsTest.known(connect(door, client, version));
        assertEquals(1, proofs.get(), "the second handshake was to be a resumed one");
        assertEquals(agent.certificate(), resumed.certificate().orElseThrow());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void countsForNothingAtAnotherDoor(String kind, String version, List<String> suites) throws Exception {
        SSLContext client = Handshakes.client(CA, agent, proofs);
        ServerTlsTest.known(connect(door("a", CA, ClientAuth.OPTIONAL, suites, null), client, version));
        assertEquals(1, proofs.get());
        ServerTls same = door("b", CA, ClientAuth.OPTIONAL, suites, null);
        ServerTlsTest.known(connect(same, client, version));
        assertEquals(2, proofs.get(), "the other door was to ask for a proof of its own");
        ServerTls stranger = door("b", TestCa.create("others"), ClientAuth.OPTIONAL, suites, null);
        assertThrows(SSLException.class, () -> connect(stranger, client, version));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void doesNotStandInForACertificate(String kind, String version, List<String> suites) throws Exception {
        SSLContext client = Handshakes.client(CA, null);
        ServerTls lax = door("a", CA, ClientAuth.OPTIONAL, suites, null);
        assertTrue(
                ServerTlsTest.known(connect(lax, client, version)).certificate().isEmpty());
        ServerTls strict = door("b", CA, ClientAuth.REQUIRED, suites, null);
        assertThrows(SSLException.class, () -> connect(strict, client, version));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isJudgedByTheClockEachTime(String kind, String version, List<String> suites) throws Exception {
        TestCa.Issued brief = CA.client("brief")
                .valid(now.minus(Duration.ofHours(1)), Duration.ofHours(2))
                .issue();
        ServerTls door = door("a", CA, ClientAuth.OPTIONAL, suites, null);
        SSLContext client = Handshakes.client(CA, brief, proofs);
        ServerTlsTest.known(connect(door, client, version));
        now = now.plus(Duration.ofHours(2));
        assertEquals(CertificateFault.EXPIRED, rejected(connect(door, client, version)));
        assertEquals(1, proofs.get());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isJudgedByTheRevocationListEachTime(String kind, String version, List<String> suites) throws Exception {
        Path crl = TestCa.write(folder.resolve("crl.pem"), CA.revocationList());
        ServerTls door = door("a", CA, ClientAuth.OPTIONAL, suites, crl);
        SSLContext client = Handshakes.client(CA, agent, proofs);
        ServerTlsTest.known(connect(door, client, version));
        now = now.plus(Duration.ofDays(2));
        assertEquals(CertificateFault.REVOCATION_LIST_EXPIRED, rejected(connect(door, client, version)));
        assertEquals(1, proofs.get());
    }

    private static CertificateFault rejected(Handshake handshake) {
        return assertInstanceOf(Handshake.Rejected.class, handshake).fault();
    }

    private static Handshake connect(ServerTls door, SSLContext context, String version) throws Exception {
        SSLEngine client = Handshakes.clientEngine(context);
        client.setEnabledProtocols(new String[] {version});
        return ServerTlsTest.play(door, client);
    }

    private ServerTls door(String name, TestCa clients, ClientAuth asked, List<String> suites, @Nullable Path crl) {
        TestCa.Issued server = CA.server("localhost");
        InstantSource clock = () -> now;
        return ServerTlsTest.ready(ServerTls.load(
                new ServerTlsSettings(
                        name,
                        server.writeCert(folder, name + ".crt"),
                        server.writeKey(folder, name + ".key"),
                        clients.writeCert(folder, name + "-clients.crt"),
                        crl,
                        asked,
                        suites.size() > 3 ? TlsConfig.Version.TLS_1_2 : TlsConfig.Version.TLS_1_3,
                        suites),
                clock));
    }
}
