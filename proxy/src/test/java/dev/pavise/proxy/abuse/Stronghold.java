package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.server.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real gateway on a loopback port that is attacked, and what an honest client sees of it meanwhile. */
final class Stronghold implements AutoCloseable {
    static final String TOKEN = "test-operator-token-0123456789abcdef";
    static final String AUTHORIZATION = "authorization: Bearer " + TOKEN + "\r\n";

    private final ProxyServer server;
    private final Path ca;
    private final SSLContext trust;

    private Stronghold(ProxyServer server, Path ca) {
        this.server = server;
        this.ca = ca;
        this.trust = context(ca);
    }

    /** Starts with one door of this configuration; a data directory and the door are put before it. */
    static Stronghold start(Path folder, String yaml) throws IOException, StartFailure {
        return startWhole(folder, "listen: {https: \"127.0.0.1:0\"}\n" + yaml);
    }

    private static Stronghold startWhole(Path folder, String yaml) throws IOException, StartFailure {
        ProxyServer server = serve(folder, yaml);
        return new Stronghold(server, Objects.requireNonNull(server.ca()));
    }

    /** Starts with doors and a certificate of its own, which leads to this authority. */
    static Stronghold certified(Path folder, Path ca, String yaml) throws IOException, StartFailure {
        return new Stronghold(serve(folder, yaml), ca);
    }

    private static ProxyServer serve(Path folder, String yaml) throws IOException, StartFailure {
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, "data_dir: " + folder.resolve("data") + "\n" + yaml);
        return ProxyServer.start(load(file), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get);
    }

    /** The usual one: everything under {@code /agents} goes to this origin. */
    static Stronghold before(Path folder, RawOrigin origin, String more) throws IOException, StartFailure {
        return start(folder, """
                %s
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
                """.formatted(more, origin.port()));
    }

    private static GatewayConfig load(Path file) {
        return switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded(GatewayConfig config, List<Path> ignored) -> config;
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
    }

    private static SSLContext context(Path ca) {
        return context(ca, new KeyManager[0]);
    }

    private static SSLContext context(Path ca, KeyManager[] own) {
        try (var in = Files.newInputStream(ca)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            Certificate authority = CertificateFactory.getInstance("X.509").generateCertificate(in);
            store.setCertificateEntry("ca", authority);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    ProxyServer server() {
        return server;
    }

    int port() {
        return server.address("https").getPort();
    }

    /** A client that also shows the certificate of these key managers. */
    SSLContext trust(KeyManager... own) {
        return own.length == 0 ? trust : context(ca, own);
    }

    RawClient client() throws IOException {
        return RawClient.connect(trust, port());
    }

    FrameClient frames() throws IOException {
        return FrameClient.connect(trust, port());
    }

    /** A head that is allowed, up to and without the empty line. */
    static String head(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nhost: localhost\r\n" + AUTHORIZATION;
    }

    /** An honest request on a connection of its own. */
    RawClient.Answer get(String path) throws IOException {
        try (RawClient client = client()) {
            return client.send(head("GET", path) + "connection: close\r\n\r\n").answer();
        }
    }

    /** The value of a metric, all its series together; 0 where there is none. */
    double figure(String metric) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** After whatever was done to it: it serves, and it met no bug of its own. */
    void assertSound() throws IOException {
        assertEquals(200, get("/health").status());
        String metrics = get("/metrics").body();
        assertTrue(metrics.contains("pavise_bugs_total 0.0"), () -> bugs(metrics));
    }

    private static String bugs(String metrics) {
        return metrics.lines().filter(line -> line.contains("bugs")).toList().toString();
    }

    @Override
    public void close() {
        server.close();
    }
}
