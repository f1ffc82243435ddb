package dev.pavise.proxy.cli;

import dev.pavise.auditlog.query.AuditQuery;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The options that say which records are meant. Those that are not given let every record through. */
final class AuditConditions {
    @Option(
            names = {"--user", "--actor"},
            paramLabel = "NAME",
            description = "Who did it; without a source (jwt:, key:, ...) the name of any source.")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "NAME", description = "What was done; a trailing * matches a prefix.")
    private @Nullable String action;

    @Option(
            names = "--resource",
            paramLabel = "NAME",
            description = "What it was done to; a trailing * matches a prefix.")
    private @Nullable String resource;

    @Option(
            names = "--event-type",
            paramLabel = "NAME",
            description = "login_failure, access_denied, config_change, ...")
    private @Nullable String eventType;

    @Option(names = "--outcome", paramLabel = "NAME", description = "success, failure, denied, error or unknown.")
    private @Nullable AuditOutcome outcome;

    @Option(names = "--session", paramLabel = "ID", description = "Of this session.")
    private @Nullable String session;

    @Option(names = "--request", paramLabel = "ID", description = "Of this request.")
    private @Nullable String request;

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "From this address.")
    private @Nullable String ip;

    @Option(names = "--last", paramLabel = "SPAN", description = "Not older than this: 90s, 15m, 24h, 7d.")
    private @Nullable String last;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "At this time or later: 2026-11-01 or 2026-11-01T12:00:00Z.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before this time.")
    private @Nullable String to;

    private enum AuditOutcome {
        SUCCESS,
        FAILURE,
        DENIED,
        ERROR,
        UNKNOWN
    }

    /** All conditions as they were given, on one line: two that are equal here ask for the same. */
    String asGiven() {
        Map<String, String> given = new TreeMap<>();
        put(given, "actor", actor);
        put(given, "action", action);
        put(given, "resource", resource);
        put(given, "event_type", eventType);
        put(given, "outcome", outcome);
        put(given, "session", session);
        put(given, "request", request);
        put(given, "ip", ip);
        put(given, "last", last);
        put(given, "from", from);
        put(given, "to", to);
        return JsonMapper.shared().writeValueAsString(given);
    }

    private static void put(Map<String, String> given, String name, @Nullable Object value) {
        if (value != null) {
            given.put(name, value.toString());
        }
    }

    /** The earliest moment that is asked for; null where there is none. */
    @Nullable
    Instant from(Surroundings surroundings) {
        if (last != null && from != null) {
            throw CommandFailure.misuse("--last and --from say the same thing, give one of them");
        }
        if (last != null) {
            return surroundings.clock().instant().minus(TimeText.span("--last", last));
        }
        return from == null ? null : TimeText.moment("--from", from);
    }

    AuditQuery.Builder query(Surroundings surroundings) {
        AuditQuery.Builder query = AuditQuery.builder()
                .actor(actor)
                .action(action)
                .resource(resource)
                .eventType(eventType)
                .sessionId(session)
                .requestId(request)
                .ip(ip)
                .outcome(outcome == null ? null : outcome.name().toLowerCase(Locale.ROOT))
                .from(from(surroundings));
        return to == null ? query : query.to(TimeText.moment("--to", to));
    }
}
