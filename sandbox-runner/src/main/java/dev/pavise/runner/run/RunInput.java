package dev.pavise.runner.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a caller gives to one run. Not trusted: a backend checks it before anything starts.
 *
 * @param secrets those that the tool's manifest asks for; given by the gateway and not by the caller
 * @param timeout how long the caller waits; shortens the limit on time, never lengthens it
 */
public record RunInput(List<String> args, Bytes stdin, Map<String, String> env, Duration timeout, Secrets secrets) {
    public RunInput {
        args = List.copyOf(args);
        env = Map.copyOf(env);
    }

    /** Without secrets. */
    public RunInput(List<String> args, Bytes stdin, Map<String, String> env, Duration timeout) {
        this(args, stdin, env, timeout, Secrets.NONE);
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
