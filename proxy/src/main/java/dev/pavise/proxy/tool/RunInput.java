package dev.pavise.proxy.tool;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller gives to one run. The runner checks it; here it is only bounded.
 *
 * @param stdin as text; or null for nothing
 * @param stdinBase64 instead of text; or null
 * @param timeoutSeconds shortens the time that the policy gives; null leaves it as it is
 */
public record RunInput(
        List<String> args,
        @Nullable String stdin,
        @Nullable String stdinBase64,
        Map<String, String> env,
        @Nullable Integer timeoutSeconds) {
    /** The longest time that can be asked for, in seconds. */
    public static final int MOST_SECONDS = 86_400;

    public RunInput {
        args = List.copyOf(args);
        env = Map.copyOf(env);
        if (timeoutSeconds != null && (timeoutSeconds < 1 || timeoutSeconds > MOST_SECONDS)) {
            throw new IllegalArgumentException("a timeout has 1 to " + MOST_SECONDS + " seconds");
        }
    }

    // Arguments, environment and input may hold secrets.
    @Override
    public String toString() {
        return "RunInput[" + args.size() + " arguments, " + env.size() + " variables]";
    }
}
