package dev.pavise.k8s.manager;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.control.Answer;
import dev.pavise.k8s.control.Asked;
import dev.pavise.k8s.control.Control;
import dev.pavise.k8s.control.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers gateways. In this order: who calls, what is asked, whether this manager leads, which Deployment is meant and may be touched, and only then
 * the {@link Control}, which records what it does. Health needs no identity and says one word; metrics need a caller or the token for them.
 */
final class Api implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(Api.class);
    private static final int MOST_BYTES = 64 << 10;
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final String ANONYMOUS = "anonymous";

    private final Parts parts;
    private final int exchanges;
    private final Semaphore free;
    private volatile boolean draining;

    /**
     * What answers are made of.
     *
     * @param permitsMetrics whether a token permits scraping
     * @param around what the manager says of itself in a status, by namespace
     */
    record Parts(
            Callers callers,
            Reach reach,
            Control control,
            Refusals refusals,
            ManagerMetrics metrics,
            Predicate<String> permitsMetrics,
            Function<String, Map<String, Object>> around) {}

    Api(Parts parts, int exchanges) {
        this.parts = parts;
        this.exchanges = exchanges;
        this.free = new Semaphore(exchanges);
    }

    /** Takes nothing in any more, and waits for what is under way. */
    void drain(Duration patience) {
        draining = true;
        try {
            if (!free.tryAcquire(exchanges, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("requests are still under way after {} s", patience.toSeconds());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether requests are answered: it leads, and knows the cluster. */
    boolean ready() {
        return !draining && parts.control().ready();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (draining || !free.tryAcquire()) {
                refuse(
                        new Request(exchange),
                        new Refusal(
                                Code.MANAGER_UNAVAILABLE,
                                draining ? "the manager is stopping" : "as many requests as may be are under way"));
                return;
            }
            try {
                serve(new Request(exchange));
            } finally {
                free.release();
            }
        }
    }

    /** A request, and what is known of it so far. */
    private static final class Request {
        private final HttpExchange exchange;
        private final String id;
        private String path = "unknown";
        private @Nullable Caller caller;

        Request(HttpExchange exchange) {
            this.exchange = exchange;
            String sent = exchange.getRequestHeaders().getFirst("x-request-id");
            id = sent != null && REQUEST_ID.matcher(sent).matches()
                    ? sent
                    : UUID.randomUUID().toString();
        }

        String actor() {
            return caller == null ? ANONYMOUS : caller.actor();
        }
    }

    private void serve(Request request) throws IOException {
        try {
            switch (String.valueOf(request.exchange.getRequestURI().getRawPath())) {
                case "/health", "/health/live" -> health(request, true);
                case "/health/ready" -> health(request, ready());
                case "/metrics" -> metrics(request);
                default -> answer(request);
            }
        } catch (Refusal refusal) {
            refuse(request, refusal);
        } catch (RuntimeException bug) {
            log.error("a request failed", bug);
            refuse(request, new Refusal(Code.INTERNAL, "the manager failed; its log says more"));
        }
    }

    private static void health(Request request, boolean well) throws IOException, Refusal {
        String method = request.exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw new Refusal(Code.METHOD_NOT_ALLOWED, "use GET");
        }
        byte[] body = Told.bytes(Map.of("status", well ? "ready" : "not_ready"));
        send(request, well ? 200 : 503, "application/json", body);
    }

    private void metrics(Request request) throws IOException, Refusal {
        request.path = "/metrics";
        List<String> sent = request.exchange.getRequestHeaders().get("Authorization");
        String only = sent != null && sent.size() == 1 ? sent.getFirst() : "";
        if (!only.startsWith("Bearer ") || !parts.permitsMetrics().test(only.substring("Bearer ".length()))) {
            request.caller = parts.callers().prove(sent, address(request));
        }
        if (!request.exchange.getRequestMethod().equals("GET")) {
            throw new Refusal(Code.METHOD_NOT_ALLOWED, "use GET");
        }
        send(
                request,
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                parts.metrics().scrape().getBytes(StandardCharsets.UTF_8));
    }

    private void answer(Request request) throws IOException, Refusal {
        HttpExchange exchange = request.exchange;
        Caller caller = parts.callers().prove(exchange.getRequestHeaders().get("Authorization"), address(request));
        request.caller = caller;
        Ask.Path path = Ask.Path.of(exchange.getRequestURI().getRawPath())
                .orElseThrow(() -> new Refusal(Code.NOT_FOUND, "there is nothing at this path"));
        request.path = exchange.getRequestURI().getRawPath();
        if (!exchange.getRequestMethod().equals(path.method())) {
            exchange.getResponseHeaders().set("Allow", path.method());
            throw new Refusal(Code.METHOD_NOT_ALLOWED, "use " + path.method());
        }
        Map<String, String> query = Ask.Query.of(exchange.getRequestURI().getRawQuery());
        String principal = Ask.principal(exchange.getRequestHeaders().getFirst("x-pavise-principal"));
        Ask ask = Ask.of(path, body(exchange));
        if (!parts.control().ready()) {
            throw new Refusal(Code.NOT_LEADER, "this manager does not lead, or does not know the cluster yet");
        }
        Target target = parts.reach().target(caller, query.get("namespace"), query.get("deployment"));
        switch (done(ask, target, asked(caller, principal, request.id))) {
            case Answer.Done<Map<String, Object>>(Map<String, Object> told) -> {
                parts.metrics().answered(request.path, "ok");
                send(request, 200, "application/json", Told.bytes(told));
            }
            case Answer.Refused<Map<String, Object>>(Problem problem, String why) ->
                refuse(request, problem.status(), problem.code(), problem.code().replace('_', ' '), why);
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException, Refusal {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new Refusal(Code.BODY_TOO_LARGE, "the body is larger than 64 KiB");
        }
        return body;
    }

    private static Asked asked(Caller caller, String principal, String requestId) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("request_id", requestId);
        if (!principal.isEmpty()) {
            metadata.put("on_behalf_of", principal);
        }
        return new Asked(caller.actor(), metadata);
    }

    private Answer<Map<String, Object>> done(Ask ask, Target target, Asked asked) {
        Control control = parts.control();
        return switch (ask) {
            case Ask.Look(Ask.Seen what) ->
                switch (what) {
                    case STATUS ->
                        told(
                                control.status(target),
                                status -> Told.status(status, parts.around().apply(target.namespace())));
                    case PODS -> told(control.pods(target), Told::pods);
                    case ACTIONS -> told(control.actions(target), Told::actions);
                };
            case Ask.Scale(int replicas) -> told(control.scale(target, replicas, asked), Told::scaled);
            case Ask.Health() -> told(control.health(target, asked), Told::checked);
            case Ask.Reconcile() -> told(control.reconcile(target, asked), Told::reconciled);
            case Ask.Restart(String reason) -> told(control.restart(target, reason, asked), Told::restarted);
        };
    }

    private static <T> Answer<Map<String, Object>> told(Answer<T> answer, Function<T, Map<String, Object>> telling) {
        return switch (answer) {
            case Answer.Done<T>(T value) -> new Answer.Done<>(telling.apply(value));
            case Answer.Refused<T>(Problem problem, String why) -> new Answer.Refused<>(problem, why);
        };
    }

    private void refuse(Request request, Refusal refusal) throws IOException {
        if (refusal.code() == Code.UNAUTHENTICATED) {
            request.exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        refuse(
                request,
                refusal.code().status(),
                refusal.code().code(),
                refusal.code().title(),
                refusal.detail());
    }

    private void refuse(Request request, int status, String code, String title, String detail) throws IOException {
        parts.metrics().answered(request.path, code);
        String from = address(request).getHostAddress();
        parts.refusals().record(request.actor(), request.path, code, detail, from, request.id);
        send(
                request,
                status,
                "application/problem+json",
                Told.bytes(Told.problem(status, code, title, detail, request.id)));
    }

    private static InetAddress address(Request request) {
        return request.exchange.getRemoteAddress().getAddress();
    }

    private static void send(Request request, int status, String type, byte[] body) throws IOException {
        HttpExchange exchange = request.exchange;
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Request-Id", request.id);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
