package dev.pavise.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What fabric8's mock lacks, put in front of it: server-side apply (as a merge: it knows no owners of fields, hence no conflicts between them, and replaces
 * lists), eviction (as a delete, refused with 429 where a PodDisruptionBudget of the namespace allows none), TokenReview of tokens made here, and preconditions
 * on the uid.
 */
final class MockFront extends Dispatcher {
    private static final Pattern EVICTION = Pattern.compile("(/api/v1/namespaces/([^/]+)/pods/([^/]+))/eviction.*");
    private static final long END_SECONDS = 5;

    volatile Function<RecordedRequest, Optional<MockResponse>> first = request -> Optional.empty();
    volatile Predicate<RecordedRequest> lost = request -> false;
    final List<String> applied = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    private final KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
    private final Map<WebSocket, Watched> watches = new ConcurrentHashMap<>();
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();

    private record Token(String namespace, String account, String pod, String podUid, String audience) {}

    static MockResponse status(int code, String reason, String message) {
        return ApiServer.json(
                code,
                new StatusBuilder()
                        .withStatus(code < 300 ? "Success" : "Failure")
                        .withCode(code)
                        .withReason(reason)
                        .withMessage(message)
                        .build());
    }

    String token(String namespace, String account, String pod, String podUid, String audience) {
        String token = "token-" + UUID.randomUUID();
        tokens.put(token, new Token(namespace, account, pod, podUid, audience));
        return token;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        requests.add(request.getMethod() + " " + request.getPath());
        Optional<MockResponse> other = first.apply(request);
        if (other.isPresent()) {
            return other.get();
        }
        MockResponse answer = ours(request);
        return lost.test(request) ? status(504, "Timeout", "it was done, and nobody says so") : answer;
    }

    private MockResponse ours(RecordedRequest request) {
        String path = String.valueOf(request.getPath());
        Matcher eviction = EVICTION.matcher(path);
        if (eviction.matches()) {
            return evict(request, eviction);
        }
        if (path.startsWith("/apis/authentication.k8s.io/v1/tokenreviews")) {
            return review(Serialization.unmarshal(request.getUtf8Body(), ObjectNode.class));
        }
        if ("PATCH".equals(request.getMethod()) && type(request).startsWith("application/apply-patch")) {
            return apply(request, path.replaceAll("\\?.*", ""));
        }
        MockResponse answer = crud.dispatch(request);
        return answer.getWebSocketListener() == null
                ? answer
                : new MockResponse().withWebSocketUpgrade(new Watched(answer.getWebSocketListener()));
    }

    private static String type(RecordedRequest request) {
        return Optional.ofNullable(request.getHeader("Content-Type")).orElse("");
    }

    private MockResponse get(String path) {
        return crud.dispatch(request(HttpMethod.GET, path, "application/json", ""));
    }

    private static RecordedRequest request(HttpMethod method, String path, String type, String body) {
        return new RecordedRequest(
                "HTTP/1.1",
                method,
                path,
                Headers.builder().add("Content-Type", type).build(),
                new Buffer(body.getBytes(StandardCharsets.UTF_8)));
    }

    private MockResponse apply(RecordedRequest request, String path) {
        String body = request.getUtf8Body();
        applied.add(body);
        JsonNode wanted = Serialization.unmarshal(body, JsonNode.class);
        if (!String.valueOf(request.getPath()).contains("fieldManager=")) {
            return status(400, "BadRequest", "fieldManager is required for apply patch");
        }
        MockResponse found = get(path);
        if (found.code() == 404) {
            if (wanted.at("/metadata").hasNonNull("resourceVersion")) {
                return status(409, "Conflict", "the object is not there");
            }
            return crud.dispatch(request(
                    HttpMethod.POST,
                    path.substring(0, path.lastIndexOf('/')),
                    "application/json",
                    Serialization.asJson(wanted)));
        }
        JsonNode live = Serialization.unmarshal(found.getBody().readUtf8(), JsonNode.class);
        String uid = wanted.at("/metadata/uid").asText("");
        if (!uid.isEmpty() && !uid.equals(live.at("/metadata/uid").asText())) {
            return status(409, "Conflict", "the uid differs");
        }
        JsonNode merged = merge(live, wanted);
        // What would change nothing changes nothing, the version neither.
        return merged.equals(live)
                ? ApiServer.json(200, live)
                : crud.dispatch(request(HttpMethod.PUT, path, "application/json", Serialization.asJson(merged)));
    }

    // The mock's own merge appends to lists.
    private static JsonNode merge(JsonNode live, JsonNode wanted) {
        if (!live.isObject() || !wanted.isObject()) {
            return wanted;
        }
        ObjectNode merged = live.deepCopy();
        wanted.properties()
                .forEach(each -> merged.set(
                        each.getKey(),
                        live.has(each.getKey()) ? merge(live.get(each.getKey()), each.getValue()) : each.getValue()));
        return merged;
    }

    private MockResponse evict(RecordedRequest request, Matcher eviction) {
        MockResponse found = get(eviction.group(1));
        if (found.code() != 200) {
            return found;
        }
        JsonNode pod = Serialization.unmarshal(found.getBody().readUtf8(), JsonNode.class);
        JsonNode wanted = Serialization.unmarshal(request.getUtf8Body(), JsonNode.class);
        String uid = wanted.at("/deleteOptions/preconditions/uid").asText("");
        if (!uid.isEmpty() && !uid.equals(pod.at("/metadata/uid").asText())) {
            return status(409, "Conflict", "the uid differs");
        }
        JsonNode budgets = Serialization.unmarshal(
                get("/apis/policy/v1/namespaces/" + eviction.group(2) + "/poddisruptionbudgets")
                        .getBody()
                        .readUtf8(),
                JsonNode.class);
        for (JsonNode budget : budgets.path("items")) {
            if (budget.at("/status/disruptionsAllowed").asInt() == 0 && selects(budget, pod)) {
                return status(
                        429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.");
            }
        }
        if (wanted.at("/deleteOptions/dryRun").valueStream().anyMatch(each -> "All".equals(each.asText()))) {
            return status(201, "", "");
        }
        crud.dispatch(request(HttpMethod.DELETE, eviction.group(1), "application/json", ""));
        return status(201, "", "");
    }

    private static boolean selects(JsonNode budget, JsonNode pod) {
        return budget.at("/spec/selector/matchLabels").properties().stream()
                .allMatch(each ->
                        each.getValue().equals(pod.at("/metadata/labels").get(each.getKey())));
    }

    private MockResponse review(ObjectNode review) {
        Token token = tokens.get(review.at("/spec/token").asText());
        boolean good = token != null;
        if (good) {
            good = review.at("/spec/audiences").valueStream().anyMatch(each -> token.audience.equals(each.asText()));
        }
        ObjectNode status = review.putObject("status");
        status.put("authenticated", good);
        if (good) {
            status.putArray("audiences").add(token.audience);
            ObjectNode user = status.putObject("user");
            user.put("username", "system:serviceaccount:" + token.namespace + ":" + token.account);
            user.putArray("groups").add("system:serviceaccounts").add("system:serviceaccounts:" + token.namespace);
            ObjectNode extra = user.putObject("extra");
            extra.putArray("authentication.kubernetes.io/pod-name").add(token.pod);
            extra.putArray("authentication.kubernetes.io/pod-uid").add(token.podUid);
        } else {
            status.put("error", "invalid bearer token");
        }
        return ApiServer.json(201, review);
    }

    /** When it returns they have ended: what is written while one ends is never answered by the mock. */
    void breakWatches() {
        List<Watched> broken = List.copyOf(watches.values());
        watches.keySet().forEach(socket -> socket.close(1001, "going away"));
        watches.clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        try {
            for (Watched each : broken) {
                // One whose client is gone ends later; nobody waits for it.
                var _ = each.ended.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void expireWatches() {
        String gone = """
                {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,\
                "message":"too old resource version at %s"}}""".formatted(Instant.EPOCH);
        watches.keySet().forEach(socket -> socket.send(gone));
        breakWatches();
    }

    /** A watch that can be ended. */
    private final class Watched extends WebSocketListener {
        private final WebSocketListener watch;
        private final CountDownLatch ended = new CountDownLatch(1);

        Watched(WebSocketListener watch) {
            this.watch = watch;
        }

        @Override
        public void onBeforeAccept(WebSocket socket, Response response) {
            watch.onBeforeAccept(socket, response);
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            watches.put(socket, this);
            watch.onOpen(socket, response);
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            watch.onMessage(socket, text);
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            watch.onClosing(socket, code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            watches.remove(socket);
            // It waits for its own writer, which waits for the thread that this is called on.
            Thread.ofVirtual().start(() -> {
                try {
                    watch.onClosed(socket, code, reason);
                } finally {
                    ended.countDown();
                }
            });
        }

        @Override
        public void onFailure(WebSocket socket, Throwable error, Response response) {
            watch.onFailure(socket, error, response);
        }
    }
}
