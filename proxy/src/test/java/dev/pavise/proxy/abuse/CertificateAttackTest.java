package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Client certificates that prove nothing: none gets in, and what was agreed at another door does not stand in for one. */
final class CertificateAttackTest {
    private static final String NAME = "spiffe://example.org/agent";
    private static final String OPEN_DOOR = "https-2";

    @TempDir
    static Path folder;

    private static final Map<String, TestCa.Issued> wrong = new LinkedHashMap<>();
    private static TestCa.Issued good;
    private static RawOrigin origin;
    private static Stronghold gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = new RawOrigin();
        TestCa servers = TestCa.create("servers");
        TestCa clients = TestCa.create("clients");
        TestCa.Issued own = servers.server("localhost", "127.0.0.1");
        good = client(clients).issue();
        TestCa.Issued revoked = client(clients).issue();
        forge(clients, revoked);
        gateway = Stronghold.certified(folder, servers.writeCert(folder, "servers.crt"), """
                listen: {https: [{address: "127.0.0.1:0", client_auth: required}, {address: "127.0.0.1:0", client_auth: none}]}
                tls: {cert: %s, key: %s, client_ca: %s, client_crl: %s}
                roles: [{name: caller, permissions: ["agent:list"]}]
                bindings:
                  - {principal: "cert:%s", roles: [caller]}
                  - {principal: "cert:CN=agent", roles: [caller]}
                  - {principal: "cert:agent", roles: [caller]}
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
                """.formatted(
                        own.writeCert(folder, "gateway.crt"),
                        own.writeKey(folder, "gateway.key"),
                        clients.writeCert(folder, "clients.crt"),
                        TestCa.write(folder.resolve("clients.crl"), clients.revocationList(revoked.certificate())),
                        NAME,
                        origin.port()));
    }

    private static TestCa.Request client(TestCa clients) {
        return clients.client("agent").uri(NAME);
    }

    private static void forge(TestCa clients, TestCa.Issued revoked) {
        Instant now = Instant.now();
        wrong.put(
                "expired",
                client(clients)
                        .valid(now.minus(Duration.ofDays(9)), Duration.ofDays(8))
                        .issue());
        wrong.put(
                "not yet valid",
                client(clients)
                        .valid(now.plus(Duration.ofDays(1)), Duration.ofDays(8))
                        .issue());
        wrong.put("revoked", revoked);
        wrong.put("foreign authority", client(TestCa.create("others")).issue());
        wrong.put(
                "foreign authority of the same name",
                client(TestCa.create("clients")).issue());
        wrong.put(
                "for servers",
                client(clients).onlyUsage(KeyPurposeId.id_kp_serverAuth).issue());
        wrong.put(
                "key not for signing",
                client(clients).keyUsage(KeyUsage.keyEncipherment).issue());
        wrong.put("authority", client(clients).authority().issue());
        wrong.put("the client authority itself", clients.own());
        wrong.put(
                "short RSA key",
                clients.request("CN=agent", TestCa.newKey("RSA", 1024))
                        .usage(KeyPurposeId.id_kp_clientAuth)
                        .uri(NAME)
                        .issue());
        wrong.put("signed with SHA-1", client(clients).hash("SHA1").issue());
        wrong.put(
                "two SPIFFE URIs",
                client(clients).uri("spiffe://example.org/other").issue());
        wrong.put("same SPIFFE URI twice", client(clients).uri(NAME).issue());
        wrong.put(
                "SPIFFE URI with a query",
                clients.client("agent").uri(NAME + "?x").issue());
        wrong.put("SPIFFE URI below", clients.client("agent").uri(NAME + "/x").issue());
        wrong.put(
                "SPIFFE URI in part",
                clients.client("agent").uri("spiffe://example.org/agen").issue());
        wrong.put(
                "SPIFFE URI of another domain",
                clients.client("agent").uri("spiffe://example.org.evil/agent").issue());
        wrong.put(
                "broken chain",
                new TestCa.Issued(client(clients.intermediate("below")).issue().certificate(), List.of(), good.key()));
        wrong.put("signed by a caller", forgedBy(good));
        wrong.put("vouches for itself", client(TestCa.create("agent")).issue());
    }

    /** A chain in which a caller's certificate plays the authority. */
    private static TestCa.Issued forgedBy(TestCa.Issued caller) {
        TestCa.Issued forged = client(TestCa.create("agent")).issue();
        return new TestCa.Issued(forged.certificate(), caller.chain(), forged.key());
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        origin.close();
    }

    @BeforeEach
    void forget() {
        origin.forget();
    }

    private static KeyManager[] shown(TestCa.Issued certificate) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] none = new char[0];
            store.setKeyEntry(
                    "own", certificate.key(), none, certificate.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, none);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The status that such a caller gets, or 0 where the connection ends first. */
    private static int status(SSLContext context, String fields) {
        try (RawClient client = RawClient.connect(context, gateway.port())) {
            client.send("GET /agents/1 HTTP/1.1\r\nhost: localhost\r\n" + fields + "\r\n");
            return client.answer().status();
        } catch (IOException closed) {
            return 0;
        }
    }

    @Test
    void takesGoodCertificate() throws IOException {
        assertEquals(200, status(gateway.trust(shown(good)), ""));
        assertTrue(origin.requests().getFirst().contains("\r\nx-pavise-principal: cert:" + NAME + "\r\n"));
    }

    static Stream<String> names() {
        return wrong.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesWrongCertificate(String name) {
        TestCa.Issued certificate = Objects.requireNonNull(wrong.get(name));
        int status = status(gateway.trust(shown(certificate)), "");
        assertTrue(List.of(0, 401, 403).contains(status), "status " + status);
        assertEquals(0, origin.bytes());
    }

    @Test
    void refusesMissingCertificateWhereItIsRequired() {
        assertEquals(0, status(gateway.trust(), Stronghold.AUTHORIZATION));
        assertEquals(0, origin.bytes());
    }

    /** A client resumes at the strict door what it agreed on at the open one. */
    @Test
    void ticketOfAnotherDoorStandsForNothing() throws IOException {
        SSLContext context = gateway.trust();
        int open = gateway.server().address(OPEN_DOOR).getPort();
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket = pretending(context, open)) {
                socket.startHandshake();
                socket.getOutputStream().write(ask("/health"));
                assertNotEquals(-1, socket.getInputStream().read());
            }
        }
        try (SSLSocket socket = pretending(context, gateway.port())) {
            socket.startHandshake();
            socket.getOutputStream().write(ask("/agents/1"));
            assertEquals(-1, socket.getInputStream().read());
        } catch (IOException refused) {
            assertTrue(socketClosed(refused), refused.toString());
        }
        assertEquals(0, origin.bytes());
    }

    private static byte[] ask(String path) {
        return ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean socketClosed(IOException refused) {
        return !(refused instanceof java.net.SocketTimeoutException);
    }

    /** To the JDK each of these goes to one and the same peer, so it offers the last session again. */
    private static SSLSocket pretending(SSLContext context, int port) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 1, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        return socket;
    }
}
