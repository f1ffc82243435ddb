package dev.pavise.runner.job;

import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.runner.receipt.ListedConnections;
import dev.pavise.runner.receipt.Receipt;
import dev.pavise.runner.run.RunResult;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a caller is told of a run, without its output. */
final class ResultMembers {
    private static final long MIB = 1 << 20;

    private ResultMembers() {}

    static Map<String, Object> of(Receipt receipt, DsseEnvelope signed) {
        RunResult result = receipt.result();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("run_id", receipt.runId());
        members.put("tool_id", receipt.tool().toolId());
        members.put("version", receipt.tool().version().toString());
        members.put("success", result.success());
        members.put("exit_code", (long) result.exitCode());
        members.put("cancelled", result.cancelled());
        members.put("truncated", result.truncated());
        members.put("output_hash", result.outputHash());
        members.put("duration_ms", result.duration().toMillis());
        members.put("cpu_ms", result.cpu().toMillis());
        members.put("peak_memory_mb", (result.peakMemoryBytes() + MIB - 1) / MIB);
        members.put("violations", Receipt.violations(result));
        ListedConnections.add(members, result.connections());
        members.put("receipt", members(signed));
        return members;
    }

    private static Map<String, Object> members(DsseEnvelope envelope) {
        try {
            return StrictJson.object(envelope.json());
        } catch (StrictJson.Malformed e) {
            throw new IllegalStateException("an envelope of our own is JSON", e);
        }
    }
}
