package dev.pavise.runner.job;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway sends to have a tool run. There is one reading of it: no member twice, none that is not known.
 *
 * @param manifest the signed manifest as JSON, which nobody has looked at yet
 * @param secrets for the tool; that they are those which it may have is checked once it is verified
 * @param timeout how long the caller waits; null for as long as the policy allows
 */
public record JobRequest(
        Bytes manifest,
        List<String> args,
        Bytes stdin,
        Map<String, String> env,
        @Nullable Duration timeout,
        Secrets secrets,
        String requestId,
        String principal) {
    private static final Set<String> MEMBERS = Set.of("manifest", "input", "secrets", "request_id", "principal");
    private static final Set<String> INPUT = Set.of("args", "stdin", "stdin_base64", "env", "timeout_s");
    private static final long LONGEST_SECONDS = 86_400;
    private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,128}");
    private static final int LONGEST_PRINCIPAL = 512;

    /** A request that is not of its form. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String problem) {
            super(problem, null, false, false);
        }

        /** What is wrong, without repeating what the request held. */
        public String problem() {
            return String.valueOf(getMessage());
        }
    }

    /** Reads a request. */
    public static JobRequest read(byte[] json) throws Malformed {
        Map<String, Object> members = object(json);
        refuseUnknown(members, MEMBERS, "the request");
        if (!(members.get("manifest") instanceof Map<?, ?> manifest)) {
            throw new Malformed("`manifest` is missing, or is no object");
        }
        Map<String, Object> input = input(members);
        refuseUnknown(input, INPUT, "`input`");
        return new JobRequest(
                bytes(manifest),
                args(input.get("args")),
                stdin(input),
                env(input.get("env")),
                timeout(input.get("timeout_s")),
                secrets(members.get("secrets")),
                requestId(members.get("request_id")),
                principal(members.get("principal")));
    }

    private static Map<String, Object> object(byte[] json) throws Malformed {
        try {
            return StrictJson.object(json);
        } catch (StrictJson.Malformed e) {
            throw new Malformed("the request is not the JSON that it should be: " + e.getMessage());
        }
    }

    private static void refuseUnknown(Map<String, Object> members, Set<String> known, String where) throws Malformed {
        if (!known.containsAll(members.keySet())) {
            throw new Malformed(
                    where + " has a member that is not known; known are: " + String.join(", ", new TreeSet<>(known)));
        }
    }

    // The signature is over the canonical form, so that writing it anew changes nothing of what was signed.
    private static Bytes bytes(Map<?, ?> manifest) throws Malformed {
        try {
            return Bytes.of(CanonicalJson.bytes(manifest));
        } catch (IllegalArgumentException e) {
            throw new Malformed("`manifest` holds " + e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // StrictJson makes objects of no other kind
    private static Map<String, Object> input(Map<String, Object> members) throws Malformed {
        if (!members.containsKey("input")) {
            return Map.of();
        }
        if (members.get("input") instanceof Map<?, ?> input) {
            return (Map<String, Object>) input;
        }
        throw new Malformed("`input` is no object");
    }

    private static List<String> args(@Nullable Object value) throws Malformed {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> listed)) {
            throw new Malformed("`input.args` is no list");
        }
        List<String> args = new ArrayList<>();
        for (Object each : listed) {
            args.add(plain(each, "`input.args`"));
        }
        return args;
    }

    private static Map<String, String> env(@Nullable Object value) throws Malformed {
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw new Malformed("`input.env` is no object");
        }
        Map<String, String> env = new LinkedHashMap<>();
        for (Map.Entry<?, ?> each : members.entrySet()) {
            env.put(plain(each.getKey(), "`input.env`"), plain(each.getValue(), "`input.env`"));
        }
        return env;
    }

    private static String plain(@Nullable Object value, String where) throws Malformed {
        if (value instanceof String text && text.indexOf('\0') < 0) {
            return text;
        }
        throw new Malformed(where + " holds something that is no text, or a text with a zero in it");
    }

    private static Bytes stdin(Map<String, Object> input) throws Malformed {
        if (input.containsKey("stdin") && input.containsKey("stdin_base64")) {
            throw new Malformed("`input` has both `stdin` and `stdin_base64`; keep one");
        }
        Object text = input.getOrDefault("stdin", "");
        Object base64 = input.getOrDefault("stdin_base64", "");
        if (!(text instanceof String plain) || !(base64 instanceof String encoded)) {
            throw new Malformed("`input.stdin` is no text");
        }
        try {
            return encoded.isEmpty()
                    ? Bytes.of(plain)
                    : Bytes.of(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            throw new Malformed("`input.stdin_base64` is not in Base64 (RFC 4648, section 4)");
        }
    }

    private static @Nullable Duration timeout(@Nullable Object value) throws Malformed {
        if (value == null) {
            return null;
        }
        if (value instanceof Long seconds && seconds >= 1 && seconds <= LONGEST_SECONDS) {
            return Duration.ofSeconds(seconds);
        }
        throw new Malformed("`input.timeout_s` is no whole number from 1 to " + LONGEST_SECONDS);
    }

    private static Secrets secrets(@Nullable Object value) throws Malformed {
        if (value == null) {
            return Secrets.NONE;
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw new Malformed("`secrets` is no object");
        }
        Map<String, Bytes> secrets = new LinkedHashMap<>();
        for (Map.Entry<?, ?> each : members.entrySet()) {
            if (!(each.getValue() instanceof String base64)) {
                throw new Malformed("`secrets` holds something that is no text");
            }
            try {
                secrets.put(
                        String.valueOf(each.getKey()),
                        Bytes.of(Base64.getDecoder().decode(base64)));
            } catch (IllegalArgumentException e) {
                throw new Malformed("`secrets` holds what is not in Base64 (RFC 4648, section 4)");
            }
        }
        try {
            return Secrets.of(secrets);
        } catch (IllegalArgumentException e) {
            throw new Malformed("`secrets`: " + e.getMessage());
        }
    }

    private static String requestId(@Nullable Object value) throws Malformed {
        if (value instanceof String text && REQUEST_ID.matcher(text).matches()) {
            return text;
        }
        throw new Malformed("`request_id` is missing, or is not 1 to 128 visible ASCII characters");
    }

    private static String principal(@Nullable Object value) throws Malformed {
        if (value instanceof String text
                && !text.isEmpty()
                && text.length() <= LONGEST_PRINCIPAL
                && text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        throw new Malformed("`principal` is missing, or is not 1 to " + LONGEST_PRINCIPAL + " printable characters");
    }

    // Arguments, environment and stdin may hold secrets that a tool was given.
    @Override
    public String toString() {
        return "JobRequest[" + requestId + "]";
    }
}
