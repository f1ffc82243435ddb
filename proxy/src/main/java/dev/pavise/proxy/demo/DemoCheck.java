package dev.pavise.proxy.demo;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays the demonstration by itself, in six beats: refused without a credential, allowed, refused by a rule, refused by a limit, an API key that
 * ends when it is revoked, and the audit trail of all that, which verifies until one byte of it is changed.
 */
public final class DemoCheck {
    private static final int MOST_CALLS = 20;
    private static final String KEY =
            "{\"name\": \"demo-check\", \"permissions\": [\"agent:list\"], \"expires_in\": \"1h\"}";

    private final Consumer<Beat> told;
    private final List<Beat> beats = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    /** @param told hears of each beat as it ends */
    public DemoCheck(Consumer<Beat> told) {
        this.told = told;
    }

    /**
     * One beat.
     *
     * @param seen what came back, in one line
     */
    public record Beat(String name, boolean passed, String seen) {}

    /** Plays all beats; {@code folder} null takes a temporary one, which is removed. */
    public List<Beat> play(@Nullable Path folder, int port) throws IOException, InterruptedException, DemoFailure {
        if (folder != null) {
            playIn(folder, port);
            return List.copyOf(beats);
        }
        Path temporary = Files.createTempDirectory("pavise-demo");
        try {
            playIn(temporary, port);
        } finally {
            DemoTrail.remove(temporary);
        }
        return List.copyOf(beats);
    }

    private void playIn(Path folder, int port) throws IOException, InterruptedException, DemoFailure {
        DemoTrail trail;
        try (Demo demo = Demo.start(folder, port);
                DemoClient client = new DemoClient(demo.url(), demo.ca())) {
            trail = new DemoTrail(demo.folder());
            anonymous(client);
            allowed(client, demo.operatorToken());
            forbidden(client, demo.readerToken());
            limited(client, demo.readerToken());
            revoked(client, demo.operatorToken());
        }
        // The gateway has ended and signed what it stored.
        recorded(trail);
    }

    private void anonymous(DemoClient client) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.get("/agents", null);
        boolean passed = answer.statusCode() == 401
                && answer.headers().firstValue("www-authenticate").isPresent();
        tell("without a credential", passed, answer);
    }

    private void allowed(DemoClient client, String token) throws IOException, InterruptedException {
        HttpResponse<String> second = client.get("/agents", token);
        HttpResponse<String> first = client.send(client.request("/agents/scribe/stream?tokens=3&interval=1", token)
                .version(HttpClient.Version.HTTP_1_1));
        boolean passed = second.statusCode() == 200
                && second.body().contains("scribe")
                && first.statusCode() == 200
                && first.body().contains("event: done");
        requests.add(requestId(first));
        String versions =
                second.version() + " " + second.statusCode() + ", " + first.version() + " stream " + first.statusCode();
        tell(
                "an allowed call",
                passed,
                second,
                versions.replace("HTTP_1_1", "HTTP/1.1").replace("HTTP_2", "HTTP/2"));
    }

    private void forbidden(DemoClient client, String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.post("/upload", token, "hello");
        boolean passed = answer.statusCode() == 403 && answer.body().contains("file:write");
        tell("a call that no rule allows", passed, answer);
    }

    private void limited(DemoClient client, String token) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.get("/agents/scribe", token);
        int calls = 1;
        while (answer.statusCode() == 200 && calls < MOST_CALLS) {
            requests.add(requestId(answer));
            answer = client.get("/agents/scribe", token);
            calls++;
        }
        String reset = answer.headers().firstValue("retry-after").orElse("");
        boolean passed = answer.statusCode() == 429 && calls > 1 && !reset.isEmpty();
        tell("calls beyond the limit", passed, answer, "call " + calls + ": 429, again in " + reset + " s");
    }

    private void revoked(DemoClient client, String token) throws IOException, InterruptedException {
        HttpResponse<String> made = client.post("/v1/auth/keys", token, KEY);
        requests.add(requestId(made));
        JsonNode key = JsonMapper.shared().readTree(made.body());
        String text = key.path("key").asString("");
        HttpResponse<String> used = client.getWithKey("/agents", text);
        requests.add(requestId(used));
        HttpResponse<String> ended =
                client.delete("/v1/auth/keys/" + key.path("id").asString(""), token);
        requests.add(requestId(ended));
        HttpResponse<String> after = client.getWithKey("/agents", text);
        boolean passed = made.statusCode() == 201
                && used.statusCode() == 200
                && ended.statusCode() == 200
                && after.statusCode() == 401;
        String seen = "made " + made.statusCode() + ", used " + used.statusCode() + ", revoked " + ended.statusCode()
                + ", used again " + after.statusCode();
        tell("an API key, until it is revoked", passed, after, seen);
    }

    private void recorded(DemoTrail trail) throws IOException {
        Beat beat = trail.check(requests);
        beats.add(beat);
        told.accept(beat);
    }

    private void tell(String name, boolean passed, HttpResponse<String> answer) {
        tell(name, passed, answer, answer.statusCode() + " " + why(answer.body()));
    }

    private void tell(String name, boolean passed, HttpResponse<String> answer, String seen) {
        requests.add(requestId(answer));
        Beat beat = new Beat(
                name,
                passed,
                passed
                        ? seen
                        : seen + "; got " + answer.statusCode() + " "
                                + answer.body().strip());
        beats.add(beat);
        told.accept(beat);
    }

    private static String requestId(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-request-id").orElse("");
    }

    private static String why(String body) {
        try {
            JsonNode problem = JsonMapper.shared().readTree(body);
            return problem.path("code").asString("") + ": "
                    + problem.path("detail").asString("");
        } catch (JacksonException noProblem) {
            return body.strip();
        }
    }
}
