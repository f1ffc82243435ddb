package dev.pavise.proxy.tool;

import java.util.List;
import java.util.Map;

/**
 * The end of a run as the runner reports it.
 *
 * @param receiptState {@code verified}, or {@code unchecked} where its key is not configured
 * @param members all of it, as it is handed on
 */
public record RunReport(
        String runId,
        boolean success,
        long exitCode,
        boolean truncated,
        String outputHash,
        long durationMs,
        long cpuMs,
        List<String> violations,
        RunConnections connections,
        String receiptState,
        Map<String, Object> members) {
    public RunReport {
        violations = List.copyOf(violations);
    }

    /** The same, with what is known of its receipt. */
    RunReport withReceipt(String state) {
        return new RunReport(
                runId,
                success,
                exitCode,
                truncated,
                outputHash,
                durationMs,
                cpuMs,
                violations,
                connections,
                state,
                members);
    }

    // The output of a tool is its caller's alone.
    @Override
    public String toString() {
        return "RunReport[" + runId + ", exit code " + exitCode + ", " + violations + "]";
    }
}
