package dev.pavise.proxy.management;

import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.policy.Quoted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A question to the audit trail, read strictly: an argument that is not known, or does not go with the others, is refused and never
 * passed over.
 *
 * @param limit how many rows at most, or null
 * @param count whether figures are asked for, and not rows
 * @param bucket the spans of a histogram, or null where none is asked for
 */
record AuditQuestion(
        AuditQuery.Builder query,
        @Nullable Long limit,
        boolean count,
        @Nullable Duration bucket) {
    private static final String[] NAMES = {
        "actor",
        "action",
        "resource",
        "outcome",
        "event_type",
        "session_id",
        "request_id",
        "ip",
        "from",
        "to",
        "order",
        "cursor",
        "limit",
        "count",
        "histogram"
    };
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** From the query of a URL. */
    static AuditQuestion ofQuery(@Nullable String query) {
        Parameters parameters = Parameters.of(query, NAMES);
        Map<String, String> given = new LinkedHashMap<>();
        for (String name : NAMES) {
            String value = parameters.get(name);
            if (value != null) {
                given.put(name, value);
            }
        }
        return of(given);
    }

    /** From the members of a JSON object; nothing counts as one without members. */
    static AuditQuestion ofBody(byte[] body) {
        Map<String, String> given = new LinkedHashMap<>();
        try {
            JsonNode tree = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
            if (!tree.isObject()) {
                throw new BadArgumentException("the body is not a JSON object");
            }
            for (Map.Entry<String, JsonNode> member : tree.properties()) {
                if (!member.getValue().isValueNode() || member.getValue().isNull()) {
                    throw new BadArgumentException("`" + Quoted.of(member.getKey()) + "` is neither text nor a number");
                }
                given.put(member.getKey(), member.getValue().asString());
            }
        } catch (JacksonException malformed) {
            throw new BadArgumentException("the body is not well-formed JSON");
        }
        return of(given);
    }

    private static AuditQuestion of(Map<String, String> given) {
        AuditQuery.Builder query = AuditQuery.builder();
        given.forEach((name, value) -> condition(query, name, value));
        boolean count = flag(given.get("count"));
        Duration bucket = span(given.get("histogram"));
        if (count || bucket != null) {
            for (String ofRows : new String[] {"order", "cursor", "limit"}) {
                if (given.containsKey(ofRows)) {
                    throw new BadArgumentException("`" + ofRows + "` goes with rows, not with figures");
                }
            }
        }
        return new AuditQuestion(query, number(given.get("limit")), count, bucket);
    }

    private static void condition(AuditQuery.Builder query, String name, String value) {
        switch (name) {
            case "actor" -> query.actor(value);
            case "action" -> query.action(value);
            case "resource" -> query.resource(value);
            case "outcome" -> query.outcome(value);
            case "event_type" -> query.eventType(value);
            case "session_id" -> query.sessionId(value);
            case "request_id" -> query.requestId(value);
            case "ip" -> query.ip(value);
            case "from" -> query.from(moment(name, value));
            case "to" -> query.to(moment(name, value));
            case "order" -> query.order(order(value));
            case "cursor" -> cursor(query, value);
            case "limit", "count", "histogram" -> {}
            default ->
                throw new BadArgumentException("`" + Quoted.of(name) + "` is not known here, use "
                        + String.join(", ", new TreeSet<>(java.util.Set.of(NAMES))));
        }
    }

    private static Instant moment(String name, String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException unfit) {
            throw new BadArgumentException("`" + name + "` is not a time like 2026-01-31T12:00:00Z");
        }
    }

    private static AuditQuery.Order order(String value) {
        return switch (value) {
            case "asc" -> AuditQuery.Order.OLDEST_FIRST;
            case "desc" -> AuditQuery.Order.NEWEST_FIRST;
            default -> throw new BadArgumentException("`order` is neither asc nor desc");
        };
    }

    private static void cursor(AuditQuery.Builder query, String value) {
        if (AuditQuery.parseCursor(value).isEmpty()) {
            throw new BadArgumentException("`cursor` is not one that an earlier answer gave");
        }
        query.cursor(value);
    }

    private static @Nullable Long number(@Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!value.matches("[1-9][0-9]{0,17}")) {
            throw new BadArgumentException("`limit` is not a number from 1 on");
        }
        return Long.parseLong(value);
    }

    private static boolean flag(@Nullable String value) {
        return switch (value) {
            case null -> false;
            case "true" -> true;
            case "false" -> false;
            default -> throw new BadArgumentException("`count` is neither true nor false");
        };
    }

    private static @Nullable Duration span(@Nullable String value) {
        return value == null
                ? null
                : TimeSpan.parse(value)
                        .orElseThrow(
                                () -> new BadArgumentException("`histogram` is not a span like 60s, 15m, 1h or 1d"));
    }
}
