package dev.pavise.auditlog;

import java.nio.file.Path;
import java.time.Duration;

/** Records and settings as tests need them. */
public final class Samples {
    private Samples() {}

    /** A folder below {@code root}, with key and anchor beside it, a small low-water mark and quick checkpoints. */
    public static AuditSettings settings(Path root) {
        return AuditSettings.of(root.resolve("audit"), root.resolve("audit.key"), root.resolve("audit.anchor"))
                .withLowWater(1 << 20)
                .withSealEvery(Duration.ofMillis(100));
    }

    public static AuditRecord intent(String actor, String request) {
        return record(Phase.INTENT, Outcome.UNKNOWN, actor, request);
    }

    public static AuditRecord outcome(String actor, String request) {
        return record(Phase.OUTCOME, Outcome.SUCCESS, actor, request);
    }

    public static AuditRecord record(Phase phase, Outcome outcome, String actor, String request) {
        return AuditRecord.of(phase, actor, "api.request", "/agents/7/logs")
                .outcome(outcome)
                .ip("192.0.2.7")
                .sessionId("session-1")
                .requestId(request)
                .metadata("method", "GET")
                .metadata("status", 200)
                .metadata("duration_us", 1234)
                .build();
    }
}
