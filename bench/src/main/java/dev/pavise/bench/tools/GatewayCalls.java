package dev.pavise.bench.tools;

import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeyText;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.runner.run.OutputHash;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Warm calls of a tool over HTTP/2: straight to a runner, as a gateway makes them, and through a gateway, with a token checked, the tool
 * verified in both, three records written and the receipt held against the answer. {@code GatewayCalls CALLS}.
 */
public final class GatewayCalls {
    private static final String RUN = "{\"args\":[],\"timeout_s\":10}";

    private final HttpClient client;
    private final String url;
    private final String body;
    private final String authorization;

    private GatewayCalls(HttpClient client, String url, String body, String authorization) {
        this.client = client;
        this.url = url;
        this.body = body;
        this.authorization = authorization;
    }

    public static void main(String[] args) throws Exception {
        int calls = Integer.parseInt(args[0]);
        SigningKey signer = SigningKey.generate();
        try (Rig rig = Rig.start(TrustedKeyText.write(TrustedKey.always("bench", signer.verifyKey())))) {
            String manifest = register(rig, signer);
            String run = "{\"manifest\":" + manifest
                    + ",\"request_id\":\"bench\",\"principal\":\"jwt:bench:bench\",\"input\":{}}";
            GatewayCalls straight =
                    new GatewayCalls(rig.client(true), rig.runner().url() + "/v1/runs", run, "");
            GatewayCalls through =
                    new GatewayCalls(rig.client(false), rig.gateway().url() + "/v1/tools/hello/run", RUN, rig.bearer());
            through.calls(
                    calls, 1); // the gateway sends the content to the runner, and all compilers have something to do
            straight.calls(calls, 1);
            System.out.println(
                    "\n| warm call of a module | at once | p50 ms | p99 ms | each second | CPU of the gateway ms | of the runner ms |"
                            + "\n|---|--:|--:|--:|--:|--:|--:|");
            for (int atOnce : new int[] {1, 4}) {
                straight.measure("straight to the runner", rig, calls, atOnce);
                through.measure("through the gateway", rig, calls, atOnce);
            }
        }
    }

    /** The manifest as it was signed. */
    private static String register(Rig rig, SigningKey signer) throws Exception {
        byte[] module = SampleModule.HELLO;
        String digest = HexFormat.of().formatHex(OutputHash.sha256().digest(module));
        String draft = "{\"tool_id\":\"hello\",\"version\":\"1.0.0\",\"sha256_hash\":\"" + digest
                + "\",\"kind\":\"wasm\",\"max_memory_mb\":16,\"max_cpu_seconds\":5,\"network_allowed\":false}";
        SignedManifest manifest =
                SignedManifest.sign(ManifestReader.draft(draft.getBytes(StandardCharsets.UTF_8)), signer);
        HttpClient client = rig.client(false);
        send(
                client,
                request(rig.gateway().url() + "/v1/tools/content/" + digest, rig.bearer())
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(module))
                        .build());
        send(
                client,
                request(rig.gateway().url() + "/v1/tools/manifests", rig.bearer())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(manifest.json()))
                        .build());
        return new String(manifest.json(), StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder request(String url, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .header("accept", "application/json");
        return authorization.isEmpty() ? request : request.header("authorization", authorization);
    }

    private static String send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private void measure(String what, Rig rig, int calls, int atOnce) throws IOException, InterruptedException {
        double gateway = rig.gateway().cpuMillis();
        double runner = rig.runner().cpuMillis();
        long begin = System.nanoTime();
        Samples samples = calls(calls, atOnce);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %.0f | %.2f | %.2f |%n",
                what,
                atOnce,
                samples.cells(),
                calls / seconds,
                (rig.gateway().cpuMillis() - gateway) / calls,
                (rig.runner().cpuMillis() - runner) / calls);
    }

    private Samples calls(int calls, int atOnce) throws IOException, InterruptedException {
        Samples samples = new Samples(calls);
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Exception> wrong = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(atOnce);
        for (int thread = 0; thread < atOnce; thread++) {
            Thread.ofPlatform().start(() -> {
                try {
                    while (next.getAndIncrement() < calls && wrong.get() == null) {
                        call(samples);
                    }
                } catch (IOException | InterruptedException e) {
                    wrong.set(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        Exception failure = wrong.get();
        if (failure != null) {
            throw new IOException("a call failed", failure);
        }
        return samples;
    }

    private void call(Samples samples) throws IOException, InterruptedException {
        HttpRequest request = request(url, authorization)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long from = System.nanoTime();
        String answer = send(client, request);
        samples.add(from, System.nanoTime());
        if (!answer.contains("\"stdout\":\"hello\\n\"") || !answer.contains("\"receipt\"")) {
            throw new IOException("not the answer of the tool: " + answer);
        }
    }
}
