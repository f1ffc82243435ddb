package dev.pavise.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.TlsConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ServerTlsTest {

    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234);
    private static final TestCa CA = TestCa.create("clients");
    private static final TestCa FOREIGN = TestCa.create("somebody else");
    /** The same name as the client CA, and another key. */
    private static final TestCa IMPOSTOR = TestCa.create("clients");

    private static final List<String> OLD_ORDER =
            List.of("TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");

    @TempDir
    private Path folder;

    static Stream<Arguments> wrongClients() {
        Instant now = Instant.now();
        TestCa middle = CA.intermediate("middle");
        TestCa.Issued below = middle.client("below").issue();
        TestCa.Issued orphan = new TestCa.Issued(below.certificate(), List.of(), below.key());
        KeyPair shortRsa = TestCa.newKey("RSA", 1024);
        TestCa.Issued ended = CA.client("ended")
                .valid(now.minus(Duration.ofDays(9)), Duration.ofDays(8))
                .issue();
        TestCa.Issued early = CA.client("early")
                .valid(now.plus(Duration.ofDays(1)), Duration.ofDays(8))
                .issue();
        return Stream.of(
                wrong("expired", CertificateFault.EXPIRED, ended),
                wrong("not yet valid", CertificateFault.NOT_YET_VALID, early),
                wrong("foreign", CertificateFault.UNTRUSTED, FOREIGN.client("x").issue()),
                wrong(
                        "of an impostor",
                        CertificateFault.UNTRUSTED,
                        IMPOSTOR.client("x").issue()),
                wrong("for servers", CertificateFault.WRONG_USAGE, forUse(KeyPurposeId.id_kp_serverAuth)),
                wrong("for e-mail", CertificateFault.WRONG_USAGE, forUse(KeyPurposeId.id_kp_emailProtection)),
                wrong(
                        "not for signatures",
                        CertificateFault.WRONG_USAGE,
                        CA.client("x").keyUsage(KeyUsage.keyAgreement).issue()),
                wrong(
                        "an authority's",
                        CertificateFault.AUTHORITY_AS_CALLER,
                        CA.intermediate("x").own()),
                wrong("the client CA's own", CertificateFault.AUTHORITY_AS_CALLER, CA.own()),
                wrong(
                        "self made",
                        CertificateFault.AUTHORITY_AS_CALLER,
                        TestCa.create("self").own()),
                wrong("self made by a leaf", CertificateFault.UNTRUSTED, TestCa.selfSigned("CN=self")),
                wrong("of a broken chain", CertificateFault.UNTRUSTED, orphan),
                wrong("signed by a leaf", CertificateFault.UNTRUSTED, signedByLeaf()),
                wrong(
                        "short RSA",
                        CertificateFault.WEAK_KEY,
                        CA.request("CN=x", shortRsa)
                                .usage(KeyPurposeId.id_kp_clientAuth)
                                .issue()),
                wrong(
                        "signed with SHA-1",
                        CertificateFault.WEAK_KEY,
                        CA.client("x").hash("SHA1").issue()));
    }

    private static Arguments wrong(String is, CertificateFault fault, TestCa.Issued own) {
        return Arguments.of(is, fault, own);
    }

    private static TestCa.Issued forUse(KeyPurposeId usage) {
        return CA.client("x").onlyUsage(usage).issue();
    }

    private static TestCa.Issued signedByLeaf() {
        TestCa.Issued leaf = CA.client("leaf").issue();
        TestCa.Issued made = TestCa.signedBy(leaf, "CN=below a leaf");
        return new TestCa.Issued(made.certificate(), List.of(leaf.certificate()), made.key());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongClients")
    void refusesClientCertificate(String is, CertificateFault fault, TestCa.Issued own) {
        for (ClientAuth asked : List.of(ClientAuth.OPTIONAL, ClientAuth.REQUIRED)) {
            refused(load(asked, null, TlsConfig.TLS_1_3_SUITES), own, fault);
            refused(load(asked, null, OLD_ORDER), own, fault);
        }
    }

    private static void refused(ServerTls tls, TestCa.Issued own, CertificateFault fault) {
        SSLException refusal = assertThrows(SSLException.class, () -> connect(tls, own));
        StringBuilder said = new StringBuilder();
        for (Throwable cause = refusal; cause != null; cause = cause.getCause())
            said.append(cause).append('\n');
        // BoringSSL looks at this one usage before it asks us.
        boolean earlier = fault == CertificateFault.WRONG_USAGE && said.indexOf("KEY_USAGE_BIT_INCORRECT") >= 0;
        assertTrue(earlier || said.indexOf("client certificate refused: " + fault.code()) >= 0, said.toString());
    }

    @Test
    void knowsGoodClients() throws Exception {
        TestCa middle = CA.intermediate("middle");
        for (List<String> suites : List.of(TlsConfig.TLS_1_3_SUITES, OLD_ORDER)) {
            for (TestCa.Issued own : List.of(
                    CA.client("direct").uri("spiffe://example.org/agent").issue(),
                    middle.client("below").issue(),
                    CA.request("CN=rsa", TestCa.newKey("RSA", 2048))
                            .usage(KeyPurposeId.id_kp_clientAuth)
                            .issue())) {
                Peer peer = known(connect(load(ClientAuth.REQUIRED, null, suites), own));
                assertEquals(own.certificate(), peer.certificate().orElseThrow());
                assertEquals("TLSv1.3", peer.protocol());
                assertEquals("door", peer.door());
            }
        }
    }

    @Test
    void letsInWithoutCertificateOnlyWhereItIsOptional() throws Exception {
        Peer peer = known(connect(load(ClientAuth.OPTIONAL, null, TlsConfig.TLS_1_3_SUITES), null));
        assertTrue(peer.certificate().isEmpty());
        ServerTls strict = load(ClientAuth.REQUIRED, null, TlsConfig.TLS_1_3_SUITES);
        assertThrows(SSLException.class, () -> connect(strict, null));
        assertEquals(CertificateFault.MISSING, strict.judge(peer).orElseThrow());
    }

    @Test
    void refusesRevokedClients() throws Exception {
        TestCa.Issued revoked = CA.client("revoked").issue();
        Path crl = TestCa.write(folder.resolve("crl.pem"), CA.revocationList(revoked.certificate()));
        ServerTls tls = load(ClientAuth.OPTIONAL, crl, TlsConfig.TLS_1_3_SUITES);
        refused(tls, revoked, CertificateFault.REVOKED);
        known(connect(tls, CA.client("other").issue()));
    }

    @Test
    void judgesLiveConnectionsByANewList() throws Exception {
        TestCa.Issued agent = CA.client("agent").issue();
        Peer peer = known(connect(load(ClientAuth.OPTIONAL, null, TlsConfig.TLS_1_3_SUITES), agent));
        Path crl = TestCa.write(folder.resolve("crl.pem"), CA.revocationList(agent.certificate()));
        ServerTls reloaded = load(ClientAuth.OPTIONAL, crl, TlsConfig.TLS_1_3_SUITES);
        assertEquals(CertificateFault.REVOKED, reloaded.judge(peer).orElseThrow());
    }

    @Test
    void agreesOnHttp2First() throws Exception {
        ServerTls tls = load(ClientAuth.NONE, null, TlsConfig.TLS_1_3_SUITES);
        assertEquals("h2", known(connect(tls, null, "http/1.1", "h2")).applicationProtocol());
        assertEquals("http/1.1", known(connect(tls, null, "http/1.1")).applicationProtocol());
        assertEquals("http/1.1", known(connect(tls, null)).applicationProtocol());
    }

    @Test
    void speaksTls12OnlyWhenAsked() throws Exception {
        List<String> all = Stream.concat(TlsConfig.TLS_1_3_SUITES.stream(), TlsConfig.TLS_1_2_SUITES.stream())
                .toList();
        ServerTls strict = load(ClientAuth.NONE, null, TlsConfig.TLS_1_3_SUITES);
        ServerTls lax = ready(ServerTls.load(settings(ClientAuth.NONE, null, TlsConfig.Version.TLS_1_2, all), clock()));
        assertThrows(SSLException.class, () -> connect12(strict));
        assertEquals("TLSv1.2", known(connect12(lax)).protocol());
    }

    @Test
    void keepsToAnOrderOfSuitesThatBoringSslWouldIgnore() throws Exception {
        ServerTls tls = load(ClientAuth.NONE, null, OLD_ORDER);
        SSLEngine client = Handshakes.clientEngine(Handshakes.client(CA, null));
        play(tls, client);
        assertEquals(OLD_ORDER.getFirst(), client.getSession().getCipherSuite());
    }

    private static Handshake connect(ServerTls tls, TestCa.@Nullable Issued own, String... alpn) throws Exception {
        SSLEngine client = Handshakes.clientEngine(Handshakes.client(CA, own));
        var parameters = client.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        client.setSSLParameters(parameters);
        return play(tls, client);
    }

    private static Handshake connect12(ServerTls tls) throws Exception {
        SSLEngine client = Handshakes.clientEngine(Handshakes.client(CA, null));
        client.setEnabledProtocols(new String[] {"TLSv1.2"});
        return play(tls, client);
    }

    static Handshake play(ServerTls tls, SSLEngine client) throws SSLException {
        SSLEngine server = tls.context().newEngine(ByteBufAllocator.DEFAULT);
        try {
            Handshakes.play(client, server);
            return tls.handshake(server, REMOTE);
        } finally {
            ReferenceCountUtil.release(server);
        }
    }

    static Peer known(Handshake handshake) {
        return assertInstanceOf(Handshake.Known.class, handshake).peer();
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private ServerTls load(ClientAuth asked, @Nullable Path crl, List<String> suites) {
        return ready(ServerTls.load(settings(asked, crl, TlsConfig.Version.TLS_1_3, suites), clock()));
    }

    private ServerTlsSettings settings(
            ClientAuth asked, @Nullable Path crl, TlsConfig.Version least, List<String> suites) {
        TestCa.Issued server = CA.server("localhost");
        return new ServerTlsSettings(
                "door",
                server.writeCert(folder, "gw.crt"),
                server.writeKey(folder, "gw.key"),
                CA.writeCert(folder, "clients.crt"),
                crl,
                asked,
                least,
                suites);
    }

    static <T> T ready(TlsMaterial<T> material) {
        return switch (material) {
            case TlsMaterial.Ready<T> ready -> ready.value();
            case TlsMaterial.Refused<T> refused -> throw new AssertionError(refused.problems());
        };
    }
}
