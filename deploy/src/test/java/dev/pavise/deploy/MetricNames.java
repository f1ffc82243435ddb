package dev.pavise.deploy;

import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigResult;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.server.ProxyServer;
import dev.pavise.proxy.server.StartFailure;
import dev.pavise.runner.metrics.RunnerMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The metrics that there are. Those of gateway and runner are scraped from what runs; what shows itself only under conditions that a test does not make (a
 * witness, the other processes) is looked up among the names in the compiled classes.
 */
final class MetricNames {
    private static final Pattern LINE = Pattern.compile("(?m)^([a-z_]+)[ {]");
    private static final Pattern NAME = Pattern.compile("pavise[._][a-z][a-z._]+");
    private static final Pattern SUFFIX = Pattern.compile("(_seconds)?_(total|bucket|count|sum|max)$");
    private static final String TOKEN = "a-token-of-this-test-alone-0123456789";

    private final Set<String> scraped = new TreeSet<>();
    private final Set<String> compiled = new TreeSet<>();

    private MetricNames() {}

    static MetricNames collect(Path folder) throws Exception {
        MetricNames names = new MetricNames();
        names.add(gateway(folder));
        names.add(runner());
        for (String module : new String[] {"proxy", "sandbox-runner", "k8s"}) {
            names.read(Path.of("..", module, "target", "classes"));
        }
        return names;
    }

    boolean knows(String name) {
        return scraped.contains(name)
                || compiled.contains(name)
                || compiled.contains(SUFFIX.matcher(name).replaceFirst(""));
    }

    private void add(String text) {
        LINE.matcher(text).results().forEach(each -> scraped.add(each.group(1)));
    }

    private void read(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".class")).toList()) {
                NAME.matcher(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .results()
                        .forEach(found -> compiled.add(found.group().replace('.', '_')));
            }
        }
    }

    /** A gateway that ships its trail to nobody, and was asked once. */
    private static String gateway(Path folder)
            throws IOException, StartFailure, GeneralSecurityException, InterruptedException {
        Path file = Files.writeString(folder.resolve("pavise.yaml"), """
                listen: {https: "127.0.0.1:0"}
                data_dir: data
                upstreams: {app: {url: "http://127.0.0.1:9"}}
                routes: [{match: {path: /a}, permission: "a:b", upstream: app, enforce: audit-only}]
                audit: {ship: {kafka: {servers: ["127.0.0.1:9"], topic: t, tls: false}}}
                """);
        EnvironmentLookup environment = Map.of("PAVISE_AUTH_TOKEN", TOKEN)::get;
        if (!(ConfigLoader.load(file, environment) instanceof ConfigResult.Loaded(var config, var _))) {
            throw new AssertionError("the gateway's file does not load");
        }
        try (ProxyServer server = ProxyServer.start(config, environment);
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(trusting(server.ca()))
                        .build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder()
                    .header("authorization", "Bearer " + TOKEN)
                    .timeout(Duration.ofMinutes(1));
            client.send(request.uri(URI.create(server.url() + "/a")).build(), HttpResponse.BodyHandlers.discarding());
            return client.send(
                            request.uri(URI.create(server.url() + "/metrics")).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca", each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String runner() {
        RunnerMetrics metrics = new RunnerMetrics();
        metrics.onRun("wasm", "success", Duration.ofMillis(1));
        metrics.onRefusal("runner_busy");
        metrics.onHandshake("done");
        metrics.onConnectionRefused();
        metrics.onBug();
        return metrics.scrape();
    }

    /** Every reason that {@code pavise_refusals_total} may have. */
    static Set<String> refusals() {
        return Stream.of(RefusalCode.values()).map(RefusalCode::code).collect(Collectors.toSet());
    }
}
