package dev.pavise.proxy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What is said between gateway and runner, as JSON. What the runner says is read strictly, and nothing of it is believed that can be checked. */
final class RunnerText {
    /** The form in which a run is told while it is under way. */
    static final String STREAM = "application/x-ndjson";

    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final int MOST_DETAIL = 500;
    private static final Set<String> VIOLATIONS =
            Set.of("timeout", "cpu", "memory", "network", "filesystem", "output");

    private RunnerText() {}

    /** One line of a stream. */
    sealed interface Line {
        record Started(String runId) implements Line {}

        record Output(String kind, String json) implements Line {}

        @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
        record Result(byte[] json) implements Line {}
    }

    static byte[] order(RunOrder order) {
        RunInput given = order.input();
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("args", given.args());
        input.put("env", given.env());
        if (given.stdin() != null) {
            input.put("stdin", given.stdin());
        }
        if (given.timeoutSeconds() != null) {
            input.put("timeout_s", (long) given.timeoutSeconds());
        }
        Map<String, Object> manifest = order.signed().manifest().members();
        manifest.put("signature", order.signed().signature().base64());
        return CanonicalJson.bytes(Map.of(
                "manifest", manifest,
                "input", input,
                "request_id", order.requestId(),
                "principal", order.principal()));
    }

    /** Why the runner did not do what it was asked. */
    static RunAnswer declined(int status, byte[] body) {
        try {
            Map<String, Object> problem = StrictJson.object(body);
            if (problem.get("code") instanceof String code && CODE.matcher(code).matches()) {
                String detail = problem.get("detail") instanceof String text ? text : code;
                return new RunAnswer.Declined(
                        status, code, Quoted.of(detail.substring(0, Math.min(detail.length(), MOST_DETAIL))));
            }
        } catch (StrictJson.Malformed other) {
            // Not what a runner answers.
        }
        return broken("it answered " + status + " without saying why");
    }

    private static RunAnswer broken(String what) {
        return new RunAnswer.Failed(RunAnswer.Cause.BROKEN, what);
    }

    /** The end of a run, as far as its form goes. */
    static RunAnswer report(byte[] body, RunOrder order) {
        try {
            return new RunAnswer.Finished(report(StrictJson.object(body), order));
        } catch (StrictJson.Malformed malformed) {
            return broken("its result is no JSON: " + malformed.getMessage());
        } catch (IllegalArgumentException unfit) {
            return broken("its result is not of its form: " + unfit.getMessage());
        }
    }

    private static RunReport report(Map<String, Object> members, RunOrder order) {
        if (!order.tool().toolId().equals(members.get("tool_id"))
                || !order.tool().version().toString().equals(members.get("version"))) {
            throw new IllegalArgumentException("it is about another tool");
        }
        if (!(members.get("success") instanceof Boolean success)
                || !(members.get("truncated") instanceof Boolean truncated)
                || !(members.get("stdout") instanceof String)
                || !(members.get("stderr") instanceof String)) {
            throw new IllegalArgumentException("a member is missing");
        }
        return new RunReport(
                text(members, "run_id", RUN_ID),
                success,
                number(members, "exit_code"),
                truncated,
                text(members, "output_hash", HASH),
                number(members, "duration_ms"),
                number(members, "cpu_ms"),
                violations(members),
                "unchecked",
                members);
    }

    private static String text(Map<String, Object> members, String name, Pattern form) {
        if (members.get(name) instanceof String text && form.matcher(text).matches()) {
            return text;
        }
        throw new IllegalArgumentException("`" + name + "` is unfit");
    }

    private static long number(Map<String, Object> members, String name) {
        if (members.get(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("`" + name + "` is no whole number");
    }

    private static List<String> violations(Map<String, Object> members) {
        List<String> violations = new ArrayList<>();
        if (members.get("violations") instanceof List<?> named) {
            for (Object each : named) {
                if (!(each instanceof String word) || !VIOLATIONS.contains(word)) {
                    throw new IllegalArgumentException("a violation is not known");
                }
                violations.add(word);
            }
            return violations;
        }
        throw new IllegalArgumentException("`violations` is no list");
    }

    /** Reads a line of a stream; throws {@link IllegalArgumentException} where it is none. */
    static Line event(byte[] line) {
        try {
            Map<String, Object> members = StrictJson.object(line);
            return switch (String.valueOf(members.get("event"))) {
                case "started" -> new Line.Started(text(members, "run_id", RUN_ID));
                case "stdout", "stderr" ->
                    new Line.Output(String.valueOf(members.get("event")), CanonicalJson.text(rest(members)));
                case "result" -> new Line.Result(CanonicalJson.bytes(rest(members)));
                default -> throw new IllegalArgumentException("no event is called so");
            };
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException("a line is no JSON", malformed);
        }
    }

    private static Map<String, Object> rest(Map<String, Object> members) {
        Map<String, Object> rest = new LinkedHashMap<>(members);
        rest.remove("event");
        return rest;
    }
}
