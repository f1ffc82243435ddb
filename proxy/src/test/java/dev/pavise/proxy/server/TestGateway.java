package dev.pavise.proxy.server;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.GatewayConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/** A real gateway on a loopback port, from a configuration text, with its throwaway CA. */
final class TestGateway implements AutoCloseable {
    static final String TOKEN = "test-operator-token-0123456789abcdef";

    private final ProxyServer server;
    private final Path file;
    private final String head;

    private TestGateway(ProxyServer server, Path file, String head) {
        this.server = server;
        this.file = file;
        this.head = head;
    }

    /** Starts with this configuration; the address and data directory are put before it. */
    static TestGateway start(Path folder, String yaml) throws IOException, StartFailure {
        return startAt("{https: \"127.0.0.1:0\"}", folder, yaml);
    }

    /** Starts with other doors than the usual one. */
    static TestGateway startAt(String listen, Path folder, String yaml) throws IOException, StartFailure {
        Path file = folder.resolve("pavise.yaml");
        String head = "listen: " + listen + "\ndata_dir: " + folder.resolve("data") + "\n";
        Files.writeString(file, head + yaml);
        return new TestGateway(ProxyServer.start(load(file), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get), file, head);
    }

    /** Starts in another environment; the operator's token is the same. */
    static TestGateway startIn(Map<String, String> environment, Path folder, String yaml)
            throws IOException, StartFailure {
        Path file = folder.resolve("pavise.yaml");
        String head = "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\n";
        Files.writeString(file, head + yaml);
        Map<String, String> all = new HashMap<>(environment);
        all.put("PAVISE_AUTH_TOKEN", TOKEN);
        return new TestGateway(ProxyServer.start(load(file), all::get), file, head);
    }

    /** Starts with a log of the test's own making. */
    static TestGateway startOn(Start.Opening opening, Path folder, String yaml) throws IOException, StartFailure {
        Path file = folder.resolve("pavise.yaml");
        String head = "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\n";
        Files.writeString(file, head + yaml);
        return new TestGateway(Start.start(load(file), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get, opening), file, head);
    }

    /** Starts with the configuration that another gateway left behind. */
    static TestGateway existing(Path file) throws StartFailure {
        return new TestGateway(ProxyServer.start(load(file), Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get), file, "");
    }

    /** Puts another configuration in force, with the same address and data directory; returns why not, if not. */
    List<ConfigError> reload(String yaml) throws IOException {
        write(yaml);
        return switch (ConfigLoader.load(file, Map.<String, String>of()::get)) {
            case ConfigResult.Loaded(GatewayConfig config, List<Path> ignored) -> server.reload(config);
            case ConfigResult.Invalid invalid -> invalid.errors();
        };
    }

    /** Changes the file, and leaves it to whoever watches it. */
    void write(String yaml) throws IOException {
        Files.writeString(file, head + yaml);
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

    URI webSocket(String path) {
        return URI.create(uri(path).toString().replace("https:", "wss:"));
    }

    int port() {
        return server.address("https").getPort();
    }

    /** Trusts the gateway's throwaway CA, and shows no certificate. */
    SSLContext trust() {
        return Trust.in(Objects.requireNonNull(server.ca()), null);
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

    /** The sum of a metric over its labels, as a scrape tells it. */
    double figure(String metric) throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            return client.send(request("/metrics").build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
