package dev.pavise.k8s.compile;

import static dev.pavise.k8s.compile.Samples.resource;
import static dev.pavise.k8s.compile.Samples.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpServer;
import dev.pavise.k8s.Waiting;
import dev.pavise.k8s.resource.Kind;
import dev.pavise.k8s.resource.Resource;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.server.ProxyServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real gateway that reads what was compiled, from a folder whose content is swapped as the kubelet swaps that of a mounted ConfigMap. */
final class SwappedFileTest {
    private static final String TOKEN = "operator-token-of-these-tests-0123456789";
    private static final String BASE = """
            listen: {https: "127.0.0.1:0"}
            upstreams:
              app: {url: "http://127.0.0.1:${PAVISE_APP_PORT}"}
            """;

    @TempDir
    Path folder;

    private final Compiler compiler = new Compiler(
            new ResourceSettings(Path.of("base.yaml"), List.of(), Allowance.USUAL), InstantSource.system());
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private Map<String, String> files = Map.of();
    private int swaps;

    private Compiled.Ready compile(Resource... resources) {
        return assertInstanceOf(
                Compiled.Ready.class, compiler.compile(BASE, Samples.NAMESPACE, List.of(resources), files));
    }

    /** A new folder beside the old one, then one rename of a link: readers see all of it or nothing. */
    private void mount(Map<String, String> next) throws IOException {
        Path mounted = Files.createDirectories(folder.resolve("config"));
        Path version = Files.createDirectory(mounted.resolve("..version" + ++swaps));
        for (Map.Entry<String, String> file : next.entrySet()) {
            Files.writeString(version.resolve(file.getKey()), file.getValue());
            Path link = mounted.resolve(file.getKey());
            if (!Files.isSymbolicLink(link)) Files.createSymbolicLink(link, Path.of("..data", file.getKey()));
        }
        Path link = Files.createSymbolicLink(mounted.resolve("..data_tmp"), version.getFileName());
        Files.move(
                link, mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        files = next;
    }

    @Test
    void gatewayServesByWhatWasCompiledAndByWhatIsSwappedIn() throws Exception {
        HttpServer app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        app.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        app.start();
        Map<String, String> variables =
                Map.of("PAVISE_APP_PORT", String.valueOf(app.getAddress().getPort()), "PAVISE_AUTH_TOKEN", TOKEN);
        EnvironmentLookup environment = variables::get;
        mount(compile().files());
        Path file = folder.resolve("config").resolve("pavise.yaml");
        try (ConfigWatch watch = new ConfigWatch(() -> ConfigLoader.load(file, environment))) {
            ConfigResult.Loaded loaded = assertInstanceOf(ConfigResult.Loaded.class, watch.load());
            try (ProxyServer server = ProxyServer.start(loaded.config(), environment)) {
                watch.start(Duration.ofMillis(20), new Reloads(server));
                try (HttpClient client = client(server)) {
                    serveAndSwap(client, server);
                }
            }
        } finally {
            app.stop(0);
        }
        assertEquals(List.of(), refused, "the gateway takes all that the compiler makes");
    }

    private void serveAndSwap(HttpClient client, ProxyServer server) throws Exception {
        assertEquals(404, get(client, server, "/a"));
        Resource a = route("a", 1, "/a");
        mount(compile(a).files());
        Waiting.until("the route is there", () -> get(client, server, "/a") == 200);

        Resource spoilt = Samples.changed(a, "{match: {path: \"/changed\"}, permission: \"*\", upstream: app}");
        Compiled.Ready now = compile(spoilt, route("b", 2, "/b"));
        mount(now.files());
        Waiting.until("the other route is there", () -> get(client, server, "/b") == 200);
        assertEquals(200, get(client, server, "/a"), "the last good spec stays in force");
        assertEquals(404, get(client, server, "/changed"));

        Resource agent = resource(Kind.AGENT, "gone", 1, "{service: {name: gone, port: 1}, connect_timeout: 100ms}");
        mount(compile(
                        agent,
                        resource(
                                Kind.GATEWAY_ROUTE,
                                "c",
                                3,
                                "{match: {path: \"/c\"}, permission: \"agent:list\", upstream: gone}"))
                .files());
        Waiting.until(
                "what was removed is gone", () -> get(client, server, "/a") == 404 && get(client, server, "/b") == 404);
        assertEquals(502, get(client, server, "/c"), "no service of that name is to be found here");
    }

    private final class Reloads implements ConfigWatch.Listener {
        private final ProxyServer server;

        Reloads(ProxyServer server) {
            this.server = server;
        }

        @Override
        public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
            server.reload(config, cause).forEach(error -> refused.add(error.toString()));
        }

        @Override
        public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
            errors.forEach(error -> refused.add(error.toString()));
        }
    }

    private static int get(HttpClient client, ProxyServer server, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpClient client(ProxyServer server) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(Objects.requireNonNull(server.ca()))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    /** The chart's base in particular, with files such as the manager and the kubelet make. */
    @Test
    void shippedBaseIsTakenByTheLoader() throws IOException {
        String shipped = Files.readString(Path.of("..", "deploy", "helm", "pavise", "files", "gateway.yaml"));
        List<Resource> resources = new ArrayList<>(
                List.of(route("a", 1, "/a"), resource(Kind.GATEWAY_ROLE, "r", 1, "{permissions: [\"agent:list\"]}")));
        Compiled.Ready ready = assertInstanceOf(
                Compiled.Ready.class, compiler.compile(shipped, Samples.NAMESPACE, resources, Map.of()));
        assertEquals(
                2,
                ready.verdicts().stream()
                        .filter(Verdict.Accepted.class::isInstance)
                        .count());
    }
}
