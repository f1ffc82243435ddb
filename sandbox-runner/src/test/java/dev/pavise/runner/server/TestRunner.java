package dev.pavise.runner.server;

import dev.pavise.policy.config.LoadResult;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolKind;
import dev.pavise.runner.config.RunnerConfig;
import dev.pavise.runner.config.RunnerConfigLoader;
import dev.pavise.runner.run.Backend;
import dev.pavise.runner.tls.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A runner on loopback with certificates and keys of its own, and what a gateway needs to talk to it. */
public final class TestRunner implements AutoCloseable {
    static final String GATEWAY = "gateway.example";
    static final String SCRAPER = "prometheus.example";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Path folder;
    final TestCa ca = TestCa.create("test CA");
    final SigningKey signer = SigningKey.generate();
    final ScriptBackend backend = new ScriptBackend();
    final RunnerServer server;
    private final List<HttpClient> clients = new ArrayList<>();
    private final HttpClient gateway;

    private TestRunner(Path folder, String limits, Function<RunnerConfig, Map<ToolKind, Backend>> backends) {
        this.folder = folder;
        try {
            TestCa.Issued own = ca.server();
            own.writeCert(folder.resolve("runner.crt"));
            own.writeKey(folder.resolve("runner.key"));
            ca.writeCert(folder.resolve("ca.crt"));
            Files.createDirectories(folder.resolve("keys"));
            Files.writeString(
                    folder.resolve("keys/release.pub"), signer.verifyKey().pem());
            RunnerConfig config = config(limits);
            Map<ToolKind, Backend> open = backends == null ? Map.of(ToolKind.NATIVE, backend) : backends.apply(config);
            server = RunnerServer.start(config, open, InstantSource.system());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (StartFailure e) {
            throw new IllegalStateException(e.problem(), e);
        }
        gateway = client(ca.client(GATEWAY).issue());
    }

    static TestRunner start(Path folder) {
        return start(folder, "");
    }

    /** @param limits as they stand in the file, without braces */
    static TestRunner start(Path folder, String limits) {
        return new TestRunner(folder, limits, null);
    }

    /** One with other backends than the one that contains nothing. */
    public static TestRunner start(Path folder, Function<RunnerConfig, Map<ToolKind, Backend>> backends) {
        return new TestRunner(folder, "", backends);
    }

    RunnerConfig config(String limits) {
        try {
            Path file =
                    Files.writeString(folder.resolve("runner.yaml"), """
                    listen: 127.0.0.1:0
                    tls: {cert: runner.crt, key: runner.key, client_ca: ca.crt, gateway_names: [%s, other.%s]}
                    trusted_keys: keys
                    data_dir: data
                    metrics: {listen: "127.0.0.1:0", names: [%s]}
                    limits: {%s}
                    """.formatted(GATEWAY, GATEWAY, SCRAPER, limits));
            return switch (RunnerConfigLoader.load(file, name -> null)) {
                case LoadResult.Loaded<RunnerConfig>(RunnerConfig config) -> config;
                case LoadResult.Invalid<RunnerConfig> invalid ->
                    throw new IllegalStateException(invalid.errors().toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that shows a certificate. */
    HttpClient client(TestCa.Issued shown) {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(context(shown))
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(PATIENCE)
                .build();
        clients.add(client);
        return client;
    }

    SSLContext context(TestCa.Issued shown) {
        char[] password = "for a moment".toCharArray();
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, password);
            own.setKeyEntry("own", shown.key(), password, new Certificate[] {shown.certificate()});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, password);
            KeyStore others = KeyStore.getInstance("PKCS12");
            others.load(null, password);
            others.setCertificateEntry("ca", ca.own().certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(others);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient gateway() {
        return gateway;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(PATIENCE);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(gateway, request);
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> put(String digest, BodyPublisher content) {
        return send(request("/v1/content/" + digest).PUT(content));
    }

    /** Sends a script, and gives its digest. */
    String put(String script) {
        return put(script.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends content, and gives its digest. */
    public String put(byte[] content) {
        String digest = sha256(content);
        int status = put(digest, BodyPublishers.ofByteArray(content)).statusCode();
        if (status != 201 && status != 200) {
            throw new IllegalStateException("content was answered by " + status);
        }
        return digest;
    }

    static String sha256(String content) {
        return sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A signed manifest of content; {@code more} are further members. */
    public String manifest(String digest, String more) {
        return manifest(digest, more, signer);
    }

    static String manifest(String digest, String more, SigningKey key) {
        String draft = """
                {"tool_id": "echo", "version": "1.0.0", "sha256_hash": "%s", "max_memory_mb": 16, "max_cpu_seconds": 5,
                 "network_allowed": false%s}""".formatted(digest, more);
        byte[] signed = SignedManifest.sign(ManifestReader.draft(draft.getBytes(StandardCharsets.UTF_8)), key)
                .json();
        return new String(signed, StandardCharsets.UTF_8);
    }

    public static String run(String manifest, String input, String principal) {
        return """
                {"manifest": %s, "input": {%s}, "request_id": "r-1", "principal": "%s"}""".formatted(manifest, input, principal);
    }

    /** Runs a script as a tool of its own, and gives the whole answer. */
    HttpResponse<String> runScript(String script, String input) {
        return post(run(manifest(put(script), ""), input, "alice"), "application/json");
    }

    public HttpResponse<String> post(String body, String accept) {
        return send(posting(body, accept));
    }

    HttpRequest.Builder posting(String body, String accept) {
        return request("/v1/runs").header("accept", accept).POST(BodyPublishers.ofString(body));
    }

    public static Map<String, Object> json(String text) {
        try {
            return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
        } catch (StrictJson.Malformed e) {
            throw new IllegalStateException(text, e);
        }
    }

    static Object code(HttpResponse<String> response) {
        return json(response.body()).get("code");
    }

    static void await(String what, BooleanSupplier event) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!event.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("waited in vain for: " + what);
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @Override
    public void close() {
        server.close();
        clients.forEach(HttpClient::shutdownNow);
        clients.forEach(HttpClient::close);
    }
}
