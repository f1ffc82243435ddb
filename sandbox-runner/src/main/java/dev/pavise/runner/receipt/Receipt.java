package dev.pavise.runner.receipt;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.tool.VerifiedTool;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Violation;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a runner says about one run: who asked, which bytes ran, on whose signature, under which limits, what it reached of the network, and what came of it. The output itself is not in
 * it, only its hash ({@link dev.pavise.runner.run.OutputHash}).
 *
 * @param backend what held it, by the name of {@link dev.pavise.runner.run.Backend#name()}
 * @param principal as the gateway named it; the runner vouches for having been told so, not for its truth
 */
public record Receipt(
        String runId,
        String requestId,
        String principal,
        VerifiedTool tool,
        String backend,
        Limits limits,
        Instant started,
        Instant ended,
        RunResult result) {
    /** The type of the payload of an envelope with a receipt. */
    public static final String PAYLOAD_TYPE = "application/vnd.pavise.tool-receipt+json";

    /** The form that is signed (RFC 8785). */
    public byte[] payload() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("run_id", runId);
        members.put("request_id", requestId);
        members.put("principal", principal);
        members.put("tool_id", tool.toolId());
        members.put("version", tool.version().toString());
        members.put("tool_sha256", tool.sha256());
        members.put("manifest_sha256", sha256(tool.manifest().payload()));
        members.put("signed_by", tool.signer().id().text());
        members.put("secrets", tool.secrets());
        members.put("backend", backend);
        members.put("limits", limitMembers());
        members.put("started", time(started));
        members.put("ended", time(ended));
        members.put("success", result.success());
        members.put("exit_code", (long) result.exitCode());
        members.put("cancelled", result.cancelled());
        members.put("truncated", result.truncated());
        members.put("violations", violations(result));
        ListedConnections.add(members, result.connections());
        members.put("output_sha256", result.outputHash());
        members.put("cpu_ms", result.cpu().toMillis());
        members.put("peak_memory_bytes", result.peakMemoryBytes());
        return CanonicalJson.bytes(members);
    }

    private Map<String, Object> limitMembers() {
        return Map.of(
                "memory_bytes", limits.memoryBytes(),
                "cpu_ms", limits.cpu().toMillis(),
                "wall_ms", limits.wall().toMillis(),
                "scratch_bytes", limits.scratchBytes(),
                "output_bytes", limits.outputBytes(),
                "processes", (long) limits.processes(),
                "open_files", (long) limits.openFiles());
    }

    /** The names of violations in their order. */
    public static List<String> violations(RunResult result) {
        return result.violations().stream().sorted().map(Violation::code).toList();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
