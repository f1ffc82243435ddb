package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.server.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands make, a real gateway takes, and a client verifies: both ends of a handshake with certificates of one authority. */
final class IssuedCertificatesTest {
    private static final char[] NO_PASSWORD = {};

    @TempDir
    Path folder;

    private Shell shell;
    private HttpServer origin;
    private ProxyServer gateway;

    @BeforeEach
    void start() throws Exception {
        shell = new Shell(folder, InstantSource.system());
        shell.done("security init-ca")
                .done("security gen-server-cert --cn gateway --dns localhost --ip 127.0.0.1 --output gw.pem");
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext("/", exchange -> {
            byte[] who = String.valueOf(exchange.getRequestHeaders().getFirst("x-pavise-principal"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, who.length);
            exchange.getResponseBody().write(who);
            exchange.close();
        });
        origin.start();
        Files.writeString(
                folder.resolve("pavise.yaml"), """
                listen: {https: "127.0.0.1:0"}
                tls: {cert: gw.pem, key: gw-key.pem, client_ca: ca/ca.crt, client_crl: ca/ca.crl, client_auth: required}
                upstreams: {runtime: {url: "http://127.0.0.1:%d"}}
                routes: [{match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}]
                roles: [{name: reader, permissions: ["agent:list"]}]
                bindings:
                  - {principal: "cert:agent-1", roles: [reader]}
                  - {principal: "cert:spiffe://example.org/agent", roles: [reader]}
                  - {principal: "cert:node-1.example.org", roles: [reader]}
                """.formatted(origin.getAddress().getPort()));
        gateway = ProxyServer.start(config(), Map.<String, String>of()::get);
    }

    private GatewayConfig config() {
        return switch (ConfigLoader.load(folder.resolve("pavise.yaml"), Map.<String, String>of()::get)) {
            case ConfigResult.Loaded loaded -> loaded.config();
            case ConfigResult.Invalid invalid ->
                throw new AssertionError(invalid.errors().toString());
        };
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.stop(0);
    }

    private SSLContext context(String cert, String key) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "ca", Pem.certificates(folder.resolve("ca/ca.crt")).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, null);
        mine.setKeyEntry("own", Pem.privateKey(folder.resolve(key)), NO_PASSWORD, new Certificate[] {
            Pem.certificates(folder.resolve(cert)).getFirst()
        });
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(mine, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private String answer(String cert, String key) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context(cert, key)).build()) {
            URI uri = URI.create(gateway.url().replace("127.0.0.1", "localhost") + "/agents/1");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : String.valueOf(answer.statusCode());
        }
    }

    @Test
    void letsClientsAndNodesInByTheirNames() throws Exception {
        shell.done("security gen-client-cert --cn agent-1 --output a.pem");
        assertEquals("cert:agent-1", answer("a.pem", "a-key.pem"));
        shell.done("security gen-client-cert --cn b --spiffe spiffe://example.org/agent --output b.pem");
        assertEquals("cert:spiffe://example.org/agent", answer("b.pem", "b-key.pem"));
        shell.done("security gen-node-cert --cn n --dns node-1.example.org --output n.pem");
        assertEquals("cert:node-1.example.org", answer("n.pem", "n-key.pem"));
        shell.done("security renew a.pem");
        assertEquals("cert:agent-1", answer("a.pem", "a-key.pem"));
        shell.done("security gen-client-cert --cn stranger --output s.pem");
        assertEquals("403", answer("s.pem", "s-key.pem"));
    }

    @Test
    void keepsOutServersForeignersAndTheRevoked() throws Exception {
        shell.done("security gen-client-cert --cn agent-1 --output a.pem");
        assertEquals("cert:agent-1", answer("a.pem", "a-key.pem"));
        shell.done("security revoke a.pem");
        assertEquals(List.of(), gateway.reload(config()));
        assertThrows(IOException.class, () -> answer("a.pem", "a-key.pem"));
        assertThrows(IOException.class, () -> answer("gw.pem", "gw-key.pem"));
        shell.done("security init-ca --ca-dir other")
                .done("security gen-client-cert --ca-dir other --cn agent-1 --output f.pem");
        assertThrows(IOException.class, () -> answer("f.pem", "f-key.pem"));
    }

    @Test
    void takesARenewedCertificateOfItsOwn() throws Exception {
        shell.done("security gen-client-cert --cn agent-1 --output a.pem").done("security renew gw.pem");
        assertEquals(List.of(), gateway.reload(config()));
        assertEquals("cert:agent-1", answer("a.pem", "a-key.pem"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC -pkeyopt ec_paramgen_curve:P-256", "EC -pkeyopt ec_paramgen_curve:P-384", "RSA"})
    void signsWhatOpensslAsksFor(String kind) throws Exception {
        openssl("genpkey -algorithm " + kind + " -out c-key.pem");
        openssl("req -new -key c-key.pem -subj /CN=agent-1 -out c.csr");
        shell.done("security sign-csr --csr c.csr --accept-names --output c.pem");
        assertEquals("cert:agent-1", answer("c.pem", "c-key.pem"));
        openssl("verify -x509_strict -purpose sslclient -crl_check -CRLfile ca/ca.crl -CAfile ca/ca.crt c.pem");
        shell.done("security sign-csr --csr c.csr --cn other --output d.pem");
        assertEquals("403", answer("d.pem", "c-key.pem"), "the operator's name, not that of the request");
    }

    @Test
    void makesWhatOpensslFindsRight() throws Exception {
        shell.done("security gen-client-cert --cn agent-1 --output a.pem");
        openssl("verify -x509_strict -purpose sslclient -CAfile ca/ca.crt a.pem");
        openssl("verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile ca/ca.crt gw.pem");
        shell.done("security revoke a.pem");
        assertThrows(
                AssertionError.class, () -> openssl("verify -crl_check -CRLfile ca/ca.crl -CAfile ca/ca.crt a.pem"));
    }

    private void openssl(String line) throws Exception {
        Path openssl = Path.of("/usr/bin/openssl");
        Assumptions.assumeTrue(Files.isExecutable(openssl), "openssl is not installed");
        Process process = new ProcessBuilder((openssl + " " + line).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
    }
}
