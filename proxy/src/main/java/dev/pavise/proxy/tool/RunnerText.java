package dev.pavise.proxy.tool;

import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
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
    private static final Set<String> VIOLATIONS = Set.of("timeout", "cpu", "memory", "network", "filesystem", "output");

    private RunnerText() {}

    /** One line of a stream. */
    sealed interface Line {
        record Started(String runId) implements Line {}

        /**
         * A piece of what the tool wrote.
         *
         * @param json what was written, with the name of the stream, as it is handed on
         */
        record Output(String json) implements Line {}

        record Result(Map<String, Object> members) implements Line {}

        /** It was started, and what became of it cannot be said. */
        record Failed(String detail) implements Line {}
    }

    static byte[] order(RunOrder order) {
        RunInput given = order.input();
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("args", given.args());
        input.put("env", given.env());
        if (given.stdin() != null) {
            input.put("stdin", given.stdin());
        }
        if (given.stdinBase64() != null) {
            input.put("stdin_base64", given.stdinBase64());
        }
        if (given.timeoutSeconds() != null) {
            input.put("timeout_s", (long) given.timeoutSeconds());
        }
        Map<String, Object> manifest = order.signed().manifest().members();
        manifest.put("signature", order.signed().signature().base64());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("manifest", manifest);
        members.put("input", input);
        members.put("request_id", order.requestId());
        members.put("principal", order.principal());
        if (!order.secrets().isEmpty()) {
            members.put("secrets", secrets(order));
        }
        return CanonicalJson.bytes(members);
    }

    private static Map<String, Object> secrets(RunOrder order) {
        Map<String, Object> secrets = new LinkedHashMap<>();
        order.secrets()
                .forEach((name, value) -> secrets.put(
                        name, Base64.getEncoder().encodeToString(value.reveal().getBytes(StandardCharsets.UTF_8))));
        return secrets;
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

    /** The end of a run with its output, as far as its form goes. */
    static RunAnswer report(byte[] body, RunOrder order) {
        try {
            Map<String, Object> members = StrictJson.object(body);
            return members.get("stdout") instanceof String && members.get("stderr") instanceof String
                    ? report(members, order)
                    : broken("its result is without output");
        } catch (StrictJson.Malformed malformed) {
            return broken("its result is no JSON: " + malformed.getMessage());
        }
    }

    /** The end of a run, as far as its form goes. */
    static RunAnswer report(Map<String, Object> members, RunOrder order) {
        try {
            return new RunAnswer.Finished(finished(members, order));
        } catch (IllegalArgumentException unfit) {
            return broken("its result is not of its form: " + unfit.getMessage());
        }
    }

    private static RunReport finished(Map<String, Object> members, RunOrder order) {
        if (!order.tool().toolId().equals(members.get("tool_id"))
                || !order.tool().version().toString().equals(members.get("version"))) {
            throw new IllegalArgumentException("it is about another tool");
        }
        return new RunReport(
                text(members, "run_id", RUN_ID),
                truth(members, "success"),
                number(members, "exit_code"),
                truth(members, "truncated"),
                text(members, "output_hash", HASH),
                number(members, "duration_ms"),
                number(members, "cpu_ms"),
                violations(members),
                RunConnections.of(members),
                "unchecked",
                members);
    }

    private static boolean truth(Map<String, Object> members, String name) {
        if (members.get(name) instanceof Boolean truth) {
            return truth;
        }
        throw new IllegalArgumentException("`" + name + "` is neither true nor false");
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
                case "output" -> output(members);
                case "result" -> new Line.Result(rest(members));
                case "failed" -> new Line.Failed(text(members, "code", CODE));
                default -> throw new IllegalArgumentException("no event is called so");
            };
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException("a line is no JSON", malformed);
        }
    }

    private static Line output(Map<String, Object> members) {
        if (members.get("stream") instanceof String stream
                && (stream.equals("stdout") || stream.equals("stderr"))
                && members.get("data") instanceof String data) {
            return new Line.Output(CanonicalJson.text(Map.of("stream", stream, "data", data)));
        }
        throw new IllegalArgumentException("an output is not of its form");
    }

    private static Map<String, Object> rest(Map<String, Object> members) {
        Map<String, Object> rest = new LinkedHashMap<>(members);
        rest.remove("event");
        return rest;
    }
}
