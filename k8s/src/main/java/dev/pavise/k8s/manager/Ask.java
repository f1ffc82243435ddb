package dev.pavise.k8s.manager;

import dev.pavise.k8s.control.Control;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.json.StrictJson;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request asks for, read strictly: whatever is not understood is refused with its name, so that nothing that was meant is passed over. */
sealed interface Ask {
    int LONGEST_REASON = 200;

    /** How it is, its pods, or what was done. */
    record Look(Seen what) implements Ask {}

    /** So many pods. */
    record Scale(int replicas) implements Ask {}

    /** Look now, and heal. */
    record Health() implements Ask {}

    /** One pass of the loop. */
    record Reconcile() implements Ask {}

    /** All pods anew. */
    record Restart(String reason) implements Ask {}

    /** What can be looked at. */
    enum Seen {
        STATUS,
        PODS,
        ACTIONS
    }

    /** The seven paths. */
    enum Path {
        STATUS("/v1/k8s/status", "GET"),
        PODS("/v1/k8s/pods", "GET"),
        ACTIONS("/v1/k8s/actions", "GET"),
        SCALE("/v1/k8s/scale", "POST"),
        HEALTH("/v1/k8s/health", "POST"),
        RECONCILE("/v1/k8s/reconcile", "POST"),
        RESTART("/v1/k8s/restart", "POST");

        private final String path;
        private final String method;

        Path(String path, String method) {
            this.path = path;
            this.method = method;
        }

        String method() {
            return method;
        }

        static Optional<Path> of(String text) {
            return Arrays.stream(values())
                    .filter(each -> each.path.equals(text))
                    .findFirst();
        }
    }

    /** Reads a body. */
    static Ask of(Path path, byte[] body) throws Refusal {
        return switch (path) {
            case STATUS -> look(Seen.STATUS, body);
            case PODS -> look(Seen.PODS, body);
            case ACTIONS -> look(Seen.ACTIONS, body);
            case SCALE -> new Scale(replicas(Members.of(body, "replicas").get("replicas")));
            case HEALTH -> {
                Members.of(body);
                yield new Health();
            }
            case RECONCILE -> {
                Members.of(body);
                yield new Reconcile();
            }
            case RESTART -> new Restart(reason(Members.of(body, "reason").get("reason")));
        };
    }

    private static Ask look(Seen seen, byte[] body) throws Refusal {
        if (body.length > 0) {
            throw new Refusal(Code.INVALID_ARGUMENT, "a question has no body");
        }
        return new Look(seen);
    }

    private static int replicas(@Nullable Object value) throws Refusal {
        // Numbers with a point or an exponent are no Long, also where their value is whole.
        if (value instanceof Long number && number >= 0 && number <= Control.MOST_REPLICAS) {
            return number.intValue();
        }
        throw new Refusal(
                Code.INVALID_ARGUMENT,
                "member `replicas` is " + (value == null ? "missing, or null" : "not understood")
                        + "; it is a whole number from 0 to " + Control.MOST_REPLICAS);
    }

    private static String reason(@Nullable Object value) throws Refusal {
        if (value == null) {
            return "";
        }
        if (value instanceof String text
                && text.length() <= LONGEST_REASON
                && Quoted.of(text).equals(text)) {
            return text;
        }
        throw new Refusal(
                Code.INVALID_ARGUMENT,
                "member `reason` is not a text on one line of at most " + LONGEST_REASON + " characters");
    }

    /** A body's members. */
    final class Members {
        private Members() {}

        /** No body counts as an object without members. */
        static Map<String, Object> of(byte[] body, String... known) throws Refusal {
            Map<String, Object> members;
            try {
                members = body.length == 0 ? Map.of() : StrictJson.object(body);
            } catch (StrictJson.Malformed malformed) {
                throw new Refusal(
                        Code.INVALID_ARGUMENT, "the body is not the JSON that it should be: " + malformed.getMessage());
            }
            for (String name : members.keySet()) {
                if (!List.of(known).contains(name)) {
                    throw new Refusal(
                            Code.INVALID_ARGUMENT,
                            "member `" + Quoted.of(name) + "` is not known here"
                                    + (known.length == 0
                                            ? "; this takes none"
                                            : ", use " + String.join(", ", new TreeSet<>(Set.of(known)))));
                }
            }
            return members;
        }
    }

    /** A query's parameters. */
    final class Query {
        private static final Set<String> KNOWN = Set.of("namespace", "deployment");
        private static final Pattern PLAIN = Pattern.compile("[a-z0-9.-]{1,253}");

        private Query() {}

        static Map<String, String> of(@Nullable String raw) throws Refusal {
            Map<String, String> found = new LinkedHashMap<>();
            if (raw == null || raw.isEmpty()) {
                return found;
            }
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                if (!KNOWN.contains(name)) {
                    throw new Refusal(
                            Code.INVALID_ARGUMENT,
                            "parameter `" + Quoted.of(name) + "` is not known here, use deployment, namespace");
                }
                if (!PLAIN.matcher(value).matches()) {
                    throw new Refusal(Code.INVALID_ARGUMENT, "parameter `" + name + "` is no name of Kubernetes");
                }
                if (found.put(name, value) != null) {
                    throw new Refusal(Code.INVALID_ARGUMENT, "parameter `" + name + "` stands there twice");
                }
            }
            return found;
        }
    }

    /** Who asked the gateway, as it says; names can hold any letter, header fields cannot. */
    static String principal(@Nullable String header) throws Refusal {
        if (header == null || header.isEmpty()) {
            return "";
        }
        try {
            String text = URLDecoder.decode(header.replace("+", "%2B"), StandardCharsets.UTF_8);
            return text.length() > 512 ? text.substring(0, 512) : text;
        } catch (IllegalArgumentException unfit) {
            throw new Refusal(Code.MALFORMED_REQUEST, "`x-pavise-principal` is not percent-encoded text");
        }
    }
}
