package dev.pavise.proxy.kubernetes;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.KubernetesConfig;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.outgoing.BoundedBody;
import dev.pavise.proxy.outgoing.OutgoingHttp;
import dev.pavise.proxy.tls.OutgoingTrust;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/**
 * Asks the manager, one connection for each question: questions are rare, and authorities and token may be others each time.
 *
 * <p>Guarantees: nothing is sent before the manager has proven its name by a certificate of the configured authorities and no others; nothing but the
 * configured address is asked; each question is answered within the timeout; an answer is bounded, and is JSON or none. The token stands in no message.
 * What was sent is never sent again. It waits: not for an event loop.
 */
public final class ManagerClient {
    /** What an answer may hold. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MOST_AT_A_TIME = 32;

    private final InstantSource clock;
    private final Semaphore free = new Semaphore(MOST_AT_A_TIME);

    public ManagerClient(InstantSource clock) {
        this.clock = clock;
    }

    /** Puts a question, and waits for what comes of it. */
    public ManagerAnswer ask(KubernetesConfig.Manager manager, ManagerQuestion question) {
        if (!free.tryAcquire()) {
            return new ManagerAnswer.NotAsked("as many questions as may be are under way already");
        }
        try {
            return switch (OutgoingTrust.load(manager.ca(), clock)) {
                case TlsMaterial.Refused<OutgoingTrust> refused ->
                    new ManagerAnswer.NotAsked(String.join("; ", refused.problems()));
                case TlsMaterial.Ready<OutgoingTrust> ready ->
                    ask(manager, question, ready.value().context(), TokenFile.read(manager.token()));
            };
        } catch (IOException noToken) {
            return new ManagerAnswer.NotAsked(String.valueOf(noToken.getMessage()));
        } finally {
            free.release();
        }
    }

    private static ManagerAnswer ask(
            KubernetesConfig.Manager manager, ManagerQuestion question, SSLContext tls, Secret token) {
        HttpClient client = OutgoingHttp.client(tls, Executors.newVirtualThreadPerTaskExecutor())
                .connectTimeout(manager.timeout())
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request(manager, question, token), BoundedBody.ofAny(MOST_BYTES));
        try {
            return ManagerText.read(sent.get(manager.timeout().toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return late(manager);
        } catch (ExecutionException failure) {
            return failed(manager, Objects.requireNonNullElse(failure.getCause(), failure));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return new ManagerAnswer.Broken("the gateway is shutting down");
        } finally {
            sent.cancel(true);
            client.shutdownNow();
        }
    }

    private static HttpRequest request(KubernetesConfig.Manager manager, ManagerQuestion question, Secret token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(manager.url(), question))
                .header("authorization", "Bearer " + token.reveal())
                .header("accept", "application/json")
                .header("user-agent", "pavise")
                .header("x-request-id", question.requestId())
                .header("x-pavise-principal", Hygiene.visible(question.principal()))
                .method(
                        question.method(),
                        question.body().length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(question.body()));
        if (question.body().length > 0) {
            request.header("content-type", "application/json");
        }
        return request.build();
    }

    private static URI url(URI manager, ManagerQuestion question) {
        Map<String, String> query = new TreeMap<>(question.query());
        String asked = query.entrySet().stream()
                .map(each -> each.getKey() + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
        return manager.resolve(question.path() + (asked.isEmpty() ? "" : "?" + asked));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ManagerAnswer late(KubernetesConfig.Manager manager) {
        return new ManagerAnswer.Late(
                "the manager did not answer within " + manager.timeout().toMillis() + " ms");
    }

    private static ManagerAnswer failed(KubernetesConfig.Manager manager, Throwable cause) {
        String at = "the manager at `" + manager.url() + "` ";
        return switch (cause) {
            case HttpConnectTimeoutException ignored ->
                new ManagerAnswer.NotAsked(
                        at + "could not be reached within " + manager.timeout().toMillis() + " ms");
            case ConnectException ignored -> new ManagerAnswer.NotAsked(at + "could not be reached");
            case SSLHandshakeException unproven ->
                new ManagerAnswer.NotAsked(at + "did not prove that it is called so, nothing was sent: "
                        + Quoted.of(String.valueOf(unproven.getMessage())));
            case BoundedBody.TooLarge large -> new ManagerAnswer.Broken(at + "broke off: " + large.getMessage());
            default ->
                new ManagerAnswer.Broken(at + "broke off: " + cause.getClass().getSimpleName() + ": "
                        + Quoted.of(String.valueOf(cause.getMessage())));
        };
    }
}
