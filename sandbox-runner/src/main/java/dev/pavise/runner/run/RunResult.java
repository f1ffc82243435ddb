package dev.pavise.runner.run;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a run did.
 *
 * @param success it ended by itself with exit code 0, against no limit
 * @param exitCode 128 and the signal's number where a signal ended it
 * @param cancelled ended because somebody asked for it
 * @param truncated more was written than was kept
 * @param outputHash {@link OutputHash} over all that was written, kept or not
 * @param connections what was reached of the network, and what was refused; in the order in which they ended
 */
public record RunResult(
        boolean success,
        int exitCode,
        boolean cancelled,
        Bytes stdout,
        Bytes stderr,
        boolean truncated,
        String outputHash,
        Duration duration,
        Duration cpu,
        long peakMemoryBytes,
        Set<Violation> violations,
        List<Connection> connections) {
    public RunResult {
        connections = List.copyOf(connections);
        violations = violations.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(violations));
    }

    /** Of a run that had no network. */
    public RunResult(
            boolean success,
            int exitCode,
            boolean cancelled,
            Bytes stdout,
            Bytes stderr,
            boolean truncated,
            String outputHash,
            Duration duration,
            Duration cpu,
            long peakMemoryBytes,
            Set<Violation> violations) {
        this(
                success,
                exitCode,
                cancelled,
                stdout,
                stderr,
                truncated,
                outputHash,
                duration,
                cpu,
                peakMemoryBytes,
                violations,
                List.of());
    }
}
