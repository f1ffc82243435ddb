package dev.pavise.k8s.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import dev.pavise.k8s.inject.config.InjectorConfig;
import dev.pavise.k8s.webhook.AdmissionJudge.Door;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into questions and answers into responses. What is no question of the API server's gets nothing but its status. */
final class WebhookHandler implements HttpHandler {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookHandler.class);

    private final InjectorConfig config;
    private final AdmissionJudge judge;
    private final Semaphore places;
    private final InjectorMetrics metrics = new InjectorMetrics();
    private volatile boolean draining;

    WebhookHandler(InjectorConfig config, AdmissionJudge judge) {
        this.config = config;
        this.judge = judge;
        this.places = new Semaphore(config.limits().concurrent());
    }

    /** From here on the readiness fails and questions are sent away; returns once those under way are answered, or after the given time. */
    void drain(Duration most) {
        draining = true;
        try {
            // Whoever holds every place knows that nobody else holds one.
            if (!places.tryAcquire(config.limits().concurrent(), most.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("closing, and some questions are not answered yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        // Closing the body, and not the exchange, is what lets the connection serve the next question.
        try (InputStream body = exchange.getRequestBody()) {
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath()) {
                case "POST /inject/namespace" -> review(exchange, body, Door.NAMESPACE);
                case "POST /inject/pod" -> review(exchange, body, Door.POD);
                case "GET /health/live", "GET /health" -> send(exchange, 200, TEXT, "ok\n");
                case "GET /health/ready" ->
                    send(exchange, draining ? 503 : 200, TEXT, draining ? "draining\n" : "ready\n");
                case "GET /metrics" -> metrics(exchange);
                default -> problem(exchange, 404, "not_found", "there is nothing at this path");
            }
        }
    }

    private void review(HttpExchange exchange, InputStream in, Door door) throws IOException {
        boolean mayAsk = exchange instanceof HttpsExchange https
                && CallerName.mayAsk(https.getSSLSession(), config.tls().clientNames());
        if (!mayAsk) {
            problem(exchange, 403, "unknown_caller", "a client certificate with a configured name is needed");
            return;
        }
        if (!isJson(exchange.getRequestHeaders().get("Content-Type"))) {
            problem(exchange, 415, "unsupported_media_type", "a review is " + JSON);
            return;
        }
        if (!takePlace()) {
            metrics.overloaded();
            exchange.getResponseHeaders().set("Retry-After", "1");
            problem(exchange, 503, "overloaded", "too many pods are being looked at; ask again");
            return;
        }
        try {
            answer(exchange, in, door);
        } finally {
            places.release();
        }
    }

    private void answer(HttpExchange exchange, InputStream in, Door door) throws IOException {
        long start = System.nanoTime();
        byte[] body = body(in);
        if (body == null) {
            problem(
                    exchange,
                    413,
                    "too_large",
                    "a review is at most " + config.limits().reviewBytes() + " bytes");
            return;
        }
        AdmissionJudge.Answer answer = judge.answer(door, body);
        metrics.answered(answer.verdict(), System.nanoTime() - start);
        send(exchange, answer.status(), JSON, answer.body());
    }

    private byte @Nullable [] body(InputStream in) throws IOException {
        int most = Math.toIntExact(config.limits().reviewBytes());
        byte[] body = in.readNBytes(most + 1);
        return body.length > most ? null : body;
    }

    private boolean takePlace() {
        try {
            return places.tryAcquire(config.limits().timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isJson(@Nullable List<String> types) {
        return types != null
                && types.size() == 1
                && types.getFirst().split(";", 2)[0].strip().equalsIgnoreCase(JSON);
    }

    /** To whoever holds the token, which is read anew each time as the manager renews it. */
    private void metrics(HttpExchange exchange) throws IOException {
        Path file = config.metricsToken();
        if (file == null) {
            problem(exchange, 404, "not_found", "there is nothing at this path");
            return;
        }
        List<String> given = exchange.getRequestHeaders().get("Authorization");
        byte[] wanted = ("Bearer " + Files.readString(file).strip()).getBytes(StandardCharsets.UTF_8);
        boolean knows = given != null
                && given.size() == 1
                && wanted.length > "Bearer ".length()
                && MessageDigest.isEqual(wanted, given.getFirst().getBytes(StandardCharsets.UTF_8));
        if (knows) {
            send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
        } else {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            problem(exchange, 401, "unauthenticated", "a bearer token is needed");
        }
    }

    private static void problem(HttpExchange exchange, int status, String code, String detail) throws IOException {
        send(exchange, status, "application/problem+json", ReviewAnswer.problem(status, code, detail));
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        send(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
