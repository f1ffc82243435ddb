package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import org.jspecify.annotations.Nullable;

/** The two records of a request that is forwarded, built as an exchange builds them: same fields, usual lengths. */
final class Pair {
    private static final String[] PATHS = new String[64];
    private static final @Nullable String ABSENT =
            null; // what an exchange asks to be recorded, and mostly does not have

    static {
        for (int i = 0; i < PATHS.length; i++) {
            PATHS[i] = "/agents/agent-" + (1000 + i * 37) + "/logs";
        }
    }

    private Pair() {}

    static AuditRecord intent(long request, String requestId) {
        return base(Phase.INTENT, request, requestId)
                .metadata("permission", "agent:logs")
                .build();
    }

    static AuditRecord outcome(long request, String requestId) {
        return base(Phase.OUTCOME, request, requestId)
                .outcome(Outcome.SUCCESS)
                .metadata("status", 200)
                .metadata("code", ABSENT)
                .metadata("would_deny", ABSENT)
                .metadata("failure", ABSENT)
                .metadata("request_bytes", request & 0xfff)
                .metadata("duration_us", 500 + (request & 0x3fff))
                .build();
    }

    private static AuditRecord.Builder base(Phase phase, long request, String requestId) {
        return AuditRecord.of(
                        phase, "jwt:corp:alice@example.com", "api.request", PATHS[(int) (request & (PATHS.length - 1))])
                .ip("192.0.2.147")
                .sessionId("0Zq3vX9cT5mJr2LkY7wBhA")
                .requestId(requestId)
                .traceId("4bf92f3577b34da6a3ce929d0e0e4736")
                .metadata("method", "GET")
                .metadata("host", "agents.example.com")
                .metadata("rule", "agent-logs")
                .metadata("key_id", ABSENT);
    }
}
