package dev.pavise.runner.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a caller gives to one run. Not trusted: a backend checks it before anything starts.
 *
 * @param timeout how long the caller waits; shortens the limit on time, never lengthens it
 */
public record RunInput(List<String> args, Bytes stdin, Map<String, String> env, Duration timeout) {
    public RunInput {
        args = List.copyOf(args);
        env = Map.copyOf(env);
    }

    /** Arguments alone. */
    public static RunInput of(Duration timeout, String... args) {
        return new RunInput(List.of(args), Bytes.EMPTY, Map.of(), timeout);
    }

    // The environment and stdin may hold secrets that a tool was given.
    @Override
    public String toString() {
        return "RunInput[" + args.size() + " arguments, " + env.size() + " variables, " + stdin.length() + " bytes]";
    }
}
