package dev.pavise.proxy.training;

import dev.pavise.proxy.tls.ClientContext;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a gateway gets in a training: mostly requests that are allowed, by both protocols, and of the others each kind now and then. */
final class TrainingTraffic {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** On both protocols at once; more than the gateway answers at a time would only wait. */
    private static final int CLIENTS = 4;

    private static final int REQUESTS_OF_A_CONNECTION = 500;

    private final String url;
    private final TrainingFolder files;
    private final List<String> tokens;

    TrainingTraffic(String url, TrainingFolder files) throws GeneralSecurityException {
        this.url = url;
        this.files = files;
        this.tokens = List.of(TrainingToken.es256(files.signing().getPrivate()), TrainingToken.hs256(files.secret()));
    }

    void play(Duration length) throws IOException, InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(2 * CLIENTS)) {
            List<Future<?>> playing = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                for (HttpClient.Version version : HttpClient.Version.values()) {
                    String token = tokens.get(i % tokens.size());
                    playing.add(clients.submit(() -> {
                        while (System.nanoTime() < end) {
                            connection(version, token, end);
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> each : playing) {
                each.get();
            }
        } catch (java.util.concurrent.ExecutionException failed) {
            throw new IOException("the training broke off", failed.getCause());
        }
    }

    private void connection(HttpClient.Version version, String token, long end)
            throws IOException, InterruptedException {
        try (HttpClient shown = client(version, true);
                HttpClient client = client(version, false)) {
            expect(200, shown, get("/agents", null));
            expect(200, client, request("/upload", token).POST(BodyPublishers.ofString("x".repeat(2000))));
            expect(401, client, get("/agents", null));
            expect(401, client, get("/agents", token + "x"));
            expect(403, client, get("/download?bytes=1", token));
            expect(404, client, get("/nowhere", token));
            client.send(get("/agents/one/stream?tokens=2&interval=1", token).build(), BodyHandlers.discarding());
            for (int i = 0; i < REQUESTS_OF_A_CONNECTION && System.nanoTime() < end; i++) {
                expect(200, client, get("/agents/" + i, token));
            }
        }
    }

    private static void expect(int status, HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpRequest made = request.build();
        int got = client.send(made, BodyHandlers.discarding()).statusCode();
        if (got != status) {
            throw new IOException(made.uri() + " was answered " + got + " instead of " + status);
        }
    }

    private HttpRequest.Builder get(String path, @Nullable String token) {
        return request(path, token).GET();
    }

    private HttpRequest.Builder request(String path, @Nullable String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpClient client(HttpClient.Version version, boolean shows) throws IOException {
        ClientContext.Own own = shows ? new ClientContext.Own(files.clientCert(), files.clientKey()) : null;
        return switch (ClientContext.load(files.ca(), own, InstantSource.system())) {
            case TlsMaterial.Refused<SSLContext> refused -> throw new IOException(refused.toString());
            case TlsMaterial.Ready<SSLContext> ready ->
                HttpClient.newBuilder()
                        .version(version)
                        .sslContext(ready.value())
                        .connectTimeout(PATIENCE)
                        .build();
        };
    }
}
