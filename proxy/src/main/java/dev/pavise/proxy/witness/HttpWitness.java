package dev.pavise.proxy.witness;

import dev.pavise.auditlog.Witness;
import dev.pavise.policy.Quoted;
import dev.pavise.proxy.config.WitnessConfig;
import dev.pavise.proxy.outgoing.BoundedBody;
import dev.pavise.proxy.outgoing.OutgoingHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a witness over HTTP (C2SP tlog-witness, {@code add-checkpoint}). Used by one thread at a time.
 *
 * <p>Guarantees, against the witness's host and whoever is on the way to it: nothing but the configured address is asked, through
 * no proxy and along no redirect; over TLS its certificate and name are checked; an answer is at most 64 KiB and whole within the
 * timeout, however slowly it drips. Not that a cosignature is one: whoever asked has the key for that.
 */
public final class HttpWitness implements Witness {
    private final URI url;
    private final Duration patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;

    /** @param tls null for an address in the clear */
    public HttpWitness(WitnessConfig config, @Nullable SSLContext tls) {
        this.url = URI.create(config.url() + "/add-checkpoint");
        this.patience = config.timeout();
        this.client = OutgoingHttp.client(tls, threads).connectTimeout(patience).build();
    }

    @Override
    public Answer cosign(long from, List<byte[]> proof, String note) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(patience)
                .header("content-type", "text/plain; charset=utf-8")
                .header("user-agent", "pavise")
                .POST(HttpRequest.BodyPublishers.ofString(body(from, proof, note), StandardCharsets.UTF_8))
                .build();
        HttpResponse<byte[]> answer = send(request);
        String type = answer.headers().firstValue("content-type").orElse("");
        return WitnessAnswer.read(answer.statusCode(), type, answer.body());
    }

    private static String body(long from, List<byte[]> proof, String note) {
        StringBuilder body = new StringBuilder("old ").append(from).append('\n');
        for (byte[] hash : proof) {
            body.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        return body.append('\n').append(note).toString();
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request, BoundedBody.upTo(WitnessAnswer.MOST_BYTES, WitnessAnswer.WITH_BODY));
        try {
            return asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("it did not answer within " + patience.toMillis() + " ms", late);
        } catch (ExecutionException failure) {
            throw new IOException(text(failure.getCause()), failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("the gateway stops", stopped);
        } finally {
            asked.cancel(true);
        }
    }

    private static String text(@Nullable Throwable cause) {
        if (cause == null) {
            return "it could not be asked";
        }
        String kind = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? kind : kind + ": " + Quoted.of(cause.getMessage());
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }
}
