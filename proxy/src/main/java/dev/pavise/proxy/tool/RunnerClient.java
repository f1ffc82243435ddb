package dev.pavise.proxy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.outgoing.BoundedBody;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Asks a runner over HTTP/2 and mutual TLS 1.3. For virtual threads: each call waits for its answer.
 *
 * <p>Guarantees, against whoever answers and whoever is on the way: nothing but the configured address is asked, along no redirect
 * and through no proxy; nothing is sent before it has shown a certificate of the configured authority for the configured name; an
 * answer is bounded, and whole within the time that queue and policy give. Not that a result is true: for that there is the
 * receipt, where its key is configured.
 */
final class RunnerClient implements Runner {
    /** What is held in memory of an answer; a run that writes more is for those who read it as a stream. */
    static final int MOST_ANSWER = 4 << 20;

    private static final int MOST_PROBLEM = 64 << 10;
    private static final Duration ON_THE_WAY = Duration.ofSeconds(10);
    private static final Duration PUSH = Duration.ofMinutes(2);
    private static final String JSON = "application/json";

    private final URI url;
    private final Duration connectTimeout;
    private final Duration queueTimeout;
    private final ReceiptCheck receipts;
    private final Semaphore places;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;

    RunnerClient(ToolsConfig.Runner config, SSLContext tls, Receipts receipts) {
        this.url = URI.create(config.url().toString());
        this.connectTimeout = config.connectTimeout();
        this.queueTimeout = config.queueTimeout();
        this.places = new Semaphore(config.maxInFlight());
        this.receipts = new ReceiptCheck(receipts);
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(threads)
                .connectTimeout(connectTimeout)
                .sslContext(tls)
                .sslParameters(parameters)
                .build();
    }

    @Override
    public RunAnswer run(RunOrder order, CompletableFuture<Void> gone) {
        if (!places.tryAcquire()) {
            return busy();
        }
        try {
            return pushing(order, gone, () -> finished(order, gone));
        } finally {
            places.release();
        }
    }

    @Override
    public RunAnswer stream(RunOrder order, CompletableFuture<Void> gone) {
        if (!places.tryAcquire()) {
            return busy();
        }
        RunAnswer answer = new RunAnswer.Abandoned();
        try {
            answer = pushing(order, gone, () -> begun(order, gone));
            return answer;
        } finally {
            if (!(answer instanceof RunAnswer.Begun)) {
                places.release(); // else when the stream is over
            }
        }
    }

    /** One connection carries so many streams and no more; more would fail in ways that cannot be told from others. */
    private RunAnswer busy() {
        return new RunAnswer.Declined(
                429, "gateway_busy", "as many runs are under way as `tools.runner.max_in_flight` of the gateway");
    }

    private RunAnswer pushing(RunOrder order, CompletableFuture<Void> gone, Supplier<RunAnswer> asking) {
        RunAnswer answer = asking.get();
        return lacksContent(answer) ? push(order, gone).orElseGet(asking) : answer;
    }

    private static boolean lacksContent(RunAnswer answer) {
        return answer instanceof RunAnswer.Declined declined
                && declined.code().equals(ToolRefusal.CONTENT_MISSING.code());
    }

    private RunAnswer finished(RunOrder order, CompletableFuture<Void> gone) {
        HttpRequest request = request("/v1/runs")
                .header("accept", JSON)
                .header("content-type", JSON)
                .POST(HttpRequest.BodyPublishers.ofByteArray(RunnerText.order(order)))
                .build();
        return switch (ask(request, BoundedBody.ofAny(MOST_ANSWER), longest(order), gone)) {
            case Asked.None<byte[]>(RunAnswer why) -> why;
            case Asked.Answered<byte[]>(HttpResponse<byte[]> answer) ->
                answer.statusCode() == 200
                        ? receipts.checked(RunnerText.report(answer.body(), order), order)
                        : RunnerText.declined(answer.statusCode(), answer.body());
        };
    }

    private RunAnswer begun(RunOrder order, CompletableFuture<Void> gone) {
        HttpRequest request = request("/v1/runs")
                .header("accept", RunnerText.STREAM)
                .header("content-type", JSON)
                .POST(HttpRequest.BodyPublishers.ofByteArray(RunnerText.order(order)))
                .build();
        return switch (ask(request, HttpResponse.BodyHandlers.ofInputStream(), longest(order), gone)) {
            case Asked.None<InputStream>(RunAnswer why) -> why;
            case Asked.Answered<InputStream>(HttpResponse<InputStream> answer) ->
                answer.statusCode() == 200 ? new RunAnswer.Begun(lines(answer.body(), order, gone)) : declined(answer);
        };
    }

    private RunLines lines(InputStream body, RunOrder order, CompletableFuture<Void> gone) {
        return new RunLines(
                body,
                threads,
                order.wall().plus(ON_THE_WAY),
                gone,
                end -> receipts.checked(RunnerText.report(end, order), order),
                places::release);
    }

    private static RunAnswer declined(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return RunnerText.declined(answer.statusCode(), body.readNBytes(MOST_PROBLEM));
        } catch (IOException failure) {
            return failed(failure);
        }
    }

    /** Sends the content; what stands in the way of it, if anything does. */
    private Optional<RunAnswer> push(RunOrder order, CompletableFuture<Void> gone) {
        HttpRequest.BodyPublisher file;
        try {
            file = HttpRequest.BodyPublishers.ofFile(order.content());
        } catch (FileNotFoundException removed) {
            return Optional.of(new RunAnswer.Declined(
                    409, ToolRefusal.CONTENT_MISSING.code(), "the content of the tool was removed meanwhile"));
        }
        HttpRequest request = request("/v1/content/" + order.tool().sha256())
                .header("content-type", "application/octet-stream")
                .PUT(file)
                .build();
        return switch (ask(request, BoundedBody.ofAny(MOST_PROBLEM), PUSH, gone)) {
            case Asked.None<byte[]>(RunAnswer why) -> Optional.of(why);
            case Asked.Answered<byte[]>(HttpResponse<byte[]> answer) ->
                answer.statusCode() / 100 == 2
                        ? Optional.empty()
                        : Optional.of(RunnerText.declined(answer.statusCode(), answer.body()));
        };
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).header("user-agent", "pavise");
    }

    private Duration longest(RunOrder order) {
        return connectTimeout.plus(queueTimeout).plus(order.wall()).plus(ON_THE_WAY);
    }

    /** What came of asking. */
    private sealed interface Asked<T> {
        record Answered<T>(HttpResponse<T> answer) implements Asked<T> {}

        record None<T>(RunAnswer why) implements Asked<T> {}
    }

    private <T> Asked<T> ask(
            HttpRequest request, HttpResponse.BodyHandler<T> body, Duration patience, CompletableFuture<Void> gone) {
        if (gone.isDone()) {
            return new Asked.None<>(new RunAnswer.Abandoned());
        }
        CompletableFuture<HttpResponse<T>> asked = client.sendAsync(request, body);
        CompletableFuture<?> leaving = gone.thenRun(() -> asked.cancel(true));
        try {
            HttpResponse<T> answer = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return answer.version() == HttpClient.Version.HTTP_2
                    ? new Asked.Answered<>(answer)
                    : new Asked.None<>(new RunAnswer.Failed(RunAnswer.Cause.BROKEN, "it does not speak HTTP/2"));
        } catch (TimeoutException late) {
            return new Asked.None<>(
                    new RunAnswer.Failed(RunAnswer.Cause.TIMEOUT, "no answer within " + patience.toSeconds() + " s"));
        } catch (CancellationException left) {
            return new Asked.None<>(new RunAnswer.Abandoned());
        } catch (ExecutionException failure) {
            return new Asked.None<>(gone.isDone() ? new RunAnswer.Abandoned() : failed(failure.getCause()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Asked.None<>(new RunAnswer.Abandoned());
        } finally {
            asked.cancel(true); // does nothing where it is done; else it ends the run
            leaving.cancel(false);
        }
    }

    private static RunAnswer failed(@Nullable Throwable cause) {
        String text = cause == null || cause.getMessage() == null
                ? String.valueOf(cause)
                : cause.getClass().getSimpleName() + ": " + Quoted.of(cause.getMessage());
        return new RunAnswer.Failed(
                switch (cause) {
                    case ConnectException ignored -> RunAnswer.Cause.UNREACHABLE;
                    case HttpConnectTimeoutException ignored -> RunAnswer.Cause.UNREACHABLE;
                    case SSLHandshakeException ignored -> RunAnswer.Cause.UNREACHABLE;
                    case HttpTimeoutException ignored -> RunAnswer.Cause.TIMEOUT;
                    case null, default -> RunAnswer.Cause.BROKEN;
                },
                text);
    }

    @Override
    public void retire() {
        Thread.ofVirtual().name("runner-retiring").start(() -> {
            try {
                // A request that has just looked up its rules asks this one still.
                Thread.sleep(ON_THE_WAY);
                client.shutdown();
                boolean ended = client.awaitTermination(Duration.ofSeconds(RunInput.MOST_SECONDS));
                if (!ended) {
                    client.shutdownNow();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                threads.shutdown();
            }
        });
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdown();
    }
}
