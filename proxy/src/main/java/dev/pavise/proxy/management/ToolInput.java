package dev.pavise.proxy.management;

import dev.pavise.policy.json.StrictJson;
import dev.pavise.proxy.tool.RunInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what a caller gives to a run: {@code {args: [], stdin, env: {}, timeout_s}}, or {@code stdin_base64}, of which each may be left out. */
final class ToolInput {
    private static final Set<String> KNOWN = Set.of("args", "stdin", "stdin_base64", "env", "timeout_s");
    private static final int MOST_ARGS = 1000;
    private static final int MOST_VARIABLES = 200;

    private ToolInput() {}

    static RunInput of(byte[] body) {
        Map<String, Object> members = body.length == 0 ? Map.of() : object(body);
        for (String name : members.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new BadArgumentException(
                        "the body has a member that is not known here, use " + String.join(", ", new TreeSet<>(KNOWN)));
            }
        }
        if (members.containsKey("stdin") && members.containsKey("stdin_base64")) {
            throw new BadArgumentException("members `stdin` and `stdin_base64` exclude each other");
        }
        return new RunInput(
                args(members),
                optional(members, "stdin"),
                optional(members, "stdin_base64"),
                env(members),
                timeout(members));
    }

    private static Map<String, Object> object(byte[] body) {
        try {
            return StrictJson.object(body);
        } catch (StrictJson.Malformed malformed) {
            throw new BadArgumentException("the body is no JSON object: " + malformed.getMessage());
        }
    }

    private static List<String> args(Map<String, Object> members) {
        if (!members.containsKey("args")) {
            return List.of();
        }
        if (!(members.get("args") instanceof List<?> given) || given.size() > MOST_ARGS) {
            throw new BadArgumentException("member `args` is not a list of at most " + MOST_ARGS + " texts");
        }
        List<String> args = new ArrayList<>();
        for (Object each : given) {
            args.add(text("args", each));
        }
        return args;
    }

    private static @Nullable String optional(Map<String, Object> members, String name) {
        if (!members.containsKey(name)) {
            return null;
        }
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new BadArgumentException("member `" + name + "` is not a text");
    }

    private static Map<String, String> env(Map<String, Object> members) {
        if (!members.containsKey("env")) {
            return Map.of();
        }
        if (!(members.get("env") instanceof Map<?, ?> given) || given.size() > MOST_VARIABLES) {
            throw new BadArgumentException("member `env` is not an object of at most " + MOST_VARIABLES + " texts");
        }
        Map<String, String> env = new LinkedHashMap<>();
        given.forEach((name, value) -> env.put(text("env", name), text("env", value)));
        return env;
    }

    private static String text(String member, @Nullable Object value) {
        if (value instanceof String text && text.indexOf('\0') < 0) {
            return text;
        }
        throw new BadArgumentException("member `" + member + "` holds something that is not a text, or a NUL");
    }

    private static @Nullable Integer timeout(Map<String, Object> members) {
        if (!members.containsKey("timeout_s")) {
            return null;
        }
        if (members.get("timeout_s") instanceof Long seconds && seconds >= 1 && seconds <= RunInput.MOST_SECONDS) {
            return seconds.intValue();
        }
        throw new BadArgumentException("member `timeout_s` is not a whole number from 1 to " + RunInput.MOST_SECONDS);
    }
}
