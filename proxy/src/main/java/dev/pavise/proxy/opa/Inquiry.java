package dev.pavise.proxy.opa;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.OpaConfig;
import dev.pavise.proxy.outgoing.BoundedBody;
import dev.pavise.proxy.outgoing.OutgoingHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks one address over HTTP/1.1 with kept connections, without blocking whoever asks.
 *
 * <p>Guarantees: each question is answered within the timeout, be it by {@link Answer.None}; only so many are under way at a time; nothing but
 * the configured address is ever asked, through no proxy and along no redirect; over TLS its certificate and name are checked.
 */
final class Inquiry {
    /** How much longer than a question may take the client lives on when its configuration is gone. */
    private static final Duration LEAVE = Duration.ofSeconds(1);

    private static final Answer TOO_MANY = new Answer.None("as many questions as may be are under way already");

    private final OpaConfig config;
    private final HttpClient client;
    private final Semaphore free;

    /** @param tls null for an address in the clear */
    Inquiry(OpaConfig config, @Nullable SSLContext tls) {
        this.config = config;
        this.free = new Semaphore(config.maxInFlight());
        this.client = OutgoingHttp.client(tls, Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** Never completes exceptionally. */
    CompletableFuture<Answer> ask(byte[] document) {
        if (!free.tryAcquire()) {
            return CompletableFuture.completedFuture(TOO_MANY);
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            send(request(document), answer, true);
            answer.completeOnTimeout(
                    new Answer.None(
                            "it did not answer within " + config.timeout().toMillis() + " ms"),
                    config.timeout().toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RuntimeException bug) {
            answer.complete(new Answer.None(text(bug)));
        }
        return answer.whenComplete((told, none) -> free.release()); // before whoever asked is told, and may ask again
    }

    private HttpRequest request(byte[] document) {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.url())
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .header("user-agent", "pavise")
                .POST(HttpRequest.BodyPublishers.ofByteArray(document));
        Secret token = config.token();
        if (token != null) {
            request.header("authorization", "Bearer " + token.reveal());
        }
        return request.build();
    }

    /** A question has no effect, so it may be put again where the other side closed a kept connection at that moment. */
    private void send(HttpRequest request, CompletableFuture<Answer> answer, boolean again) {
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request, BoundedBody.upTo(AnswerReader.MOST_BYTES));
        answer.whenComplete((told, none) -> sent.cancel(true));
        sent.whenComplete((response, failure) -> {
            if (response != null) {
                answer.complete(AnswerReader.read(response.statusCode(), response.body()));
            } else if (again && brokeOff(failure) && !answer.isDone()) {
                sendAgain(request, answer);
            } else {
                answer.complete(new Answer.None(text(failure)));
            }
        });
    }

    private void sendAgain(HttpRequest request, CompletableFuture<Answer> answer) {
        try {
            send(request, answer, false);
        } catch (RuntimeException bug) {
            answer.complete(new Answer.None(text(bug)));
        }
    }

    private static boolean brokeOff(@Nullable Throwable failure) {
        return cause(failure) instanceof IOException broken
                && !(broken instanceof ConnectException)
                && !(broken instanceof SSLException)
                && !(broken instanceof BoundedBody.TooLarge);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static String text(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        if (cause == null) {
            return "it could not be asked";
        }
        if (cause instanceof BoundedBody.TooLarge large) {
            return String.valueOf(large.getMessage());
        }
        String kind = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? kind : kind + ": " + Quoted.of(cause.getMessage());
    }

    /** Lets go of the connections, once nobody can be asking any more who began under the configuration that is gone. */
    void close() {
        long patience = config.timeout().plus(LEAVE).toNanos();
        CompletableFuture.delayedExecutor(patience, TimeUnit.NANOSECONDS).execute(client::shutdown);
    }
}
