package dev.pavise.proxy.server;

import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A real gateway on a loopback port, from a configuration text, with its throwaway CA. */
final class TestGateway implements AutoCloseable {
    static final String TOKEN = "test-operator-token-0123456789abcdef";

    private final ProxyServer server;
    private final Path file;

    private TestGateway(ProxyServer server, Path file) {
        this.server = server;
        this.file = file;
    }

    /** Starts with this configuration; the address and data directory are put before it. */
    static TestGateway start(Path folder, String yaml) throws IOException, StartFailure {
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(file, "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\n" + yaml);
        return new TestGateway(ProxyServer.start(load(file), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get), file);
    }

    static GatewayConfig load(Path file) {
        return switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded(GatewayConfig config, List<Path> ignored) -> config;
            case ConfigResult.Invalid invalid ->
                throw new IllegalArgumentException(invalid.errors().toString());
        };
    }

    ProxyServer server() {
        return server;
    }

    Path file() {
        return file;
    }

    URI uri(String path) {
        return URI.create(server.url().replace("127.0.0.1", "localhost") + path);
    }

    int port() {
        return server.address("https").getPort();
    }

    SSLContext trust() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (var in = Files.newInputStream(server.ca())) {
                store.setCertificateEntry(
                        "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(trust())
                .version(version)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer " + TOKEN);
    }

    @Override
    public void close() {
        server.close();
    }
}
