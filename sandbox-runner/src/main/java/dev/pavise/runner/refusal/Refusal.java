package dev.pavise.runner.refusal;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.runner.queue.Busy;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why nothing was done: a status of HTTP, a stable code, and a reason that names the thing and the way out. It is told as {@code application/problem+json}
 * (RFC 9457), as by the gateway.
 *
 * @param retrySeconds when it is worth to ask again; zero where it is not
 */
public record Refusal(int status, String code, String detail, int retrySeconds) {
    /** The type of the body. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final String TYPE = "https://pavise.dev/refusals#";

    public static Refusal of(RefusalCode code, String detail) {
        return new Refusal(code.status(), code.code(), detail, 0);
    }

    /** What the checks of a tool found. */
    public static Refusal of(Refused refused) {
        return new Refusal(status(refused.code()), refused.code().code(), refused.reason(), 0);
    }

    /** What a backend would not run. */
    public static Refusal of(dev.pavise.runner.run.Refusal refusal) {
        int retry = refusal.code() == dev.pavise.runner.run.RefusalCode.TOO_MANY_RUNS ? 1 : 0;
        return new Refusal(status(refusal.code()), refusal.code().code(), refusal.reason(), retry);
    }

    /** What got no place. */
    public static Refusal of(Busy why) {
        return switch (why) {
            case RUNNER_BUSY ->
                new Refusal(429, why.code(), "as many runs are under way and waiting as there is room for", 1);
            case QUEUE_TIMEOUT -> new Refusal(429, why.code(), "no place became free in time", 1);
            case RUNNER_DRAINING -> new Refusal(503, why.code(), "the runner is stopping; ask another one", 1);
        };
    }

    private static int status(ToolRefusal code) {
        return switch (code) {
            case MANIFEST_MALFORMED -> 400;
            case CONTENT_MISSING, CONTENT_MISMATCH -> 409;
            default -> 403;
        };
    }

    private static int status(dev.pavise.runner.run.RefusalCode code) {
        return switch (code) {
            case CONTENT_UNREADABLE, SANDBOX_FAILED, CLUSTER_REFUSED -> 500;
            case CONTENT_MISMATCH -> 409;
            case NOT_EXECUTABLE -> 422;
            case INTERPRETER_NOT_GRANTED, GRANT_UNSAFE -> 403;
            case INPUT_REFUSED -> 400;
            case TOO_MANY_RUNS -> 429;
            case CLOSING, CLUSTER_UNAVAILABLE, POD_NOT_STARTED -> 503;
        };
    }

    /** The members of the problem document. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", TYPE + code);
        members.put("title", code.replace('_', ' '));
        members.put("status", (long) status);
        members.put("detail", printable(detail));
        members.put("code", code);
        return members;
    }

    /** The body, in UTF-8. */
    public byte[] body() {
        return (CanonicalJson.text(members()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    // What a detail repeats may hold half a surrogate pair, which has no place in JSON.
    private static String printable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
