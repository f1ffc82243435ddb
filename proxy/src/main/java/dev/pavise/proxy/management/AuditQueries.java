package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.auditlog.query.AuditPage;
import dev.pavise.auditlog.query.AuditQuery;
import dev.pavise.proxy.http.RefusalCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions to the audit trail over the management API. An argument that is not known is refused, never passed over. */
final class AuditQueries {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** A page's lines are cut off here; the cursor goes on behind the last that fitted. */
    private AuditQueries() {}

    /** {@code GET /v1/audit/events}: the newest records, page by page. */
    static LocalAnswer list(AuditStore audit, @Nullable String query) throws IOException {
        try {
            return answer(audit, build(parameters(query)));
        } catch (IllegalArgumentException unfit) {
            return refuse(unfit.getMessage());
        }
    }

    /** {@code POST /v1/audit/query}: the conditions are the members of a JSON object. */
    static LocalAnswer search(AuditStore audit, byte[] body) throws IOException {
        try {
            Map<String, String> conditions = new LinkedHashMap<>();
            JsonNode tree = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
            if (!tree.isObject()) {
                return refuse("the body is not a JSON object");
            }
            for (Map.Entry<String, JsonNode> member : tree.properties()) {
                if (!member.getValue().isValueNode() || member.getValue().isNull()) {
                    return refuse("`" + member.getKey() + "` is neither text nor a number");
                }
                conditions.put(member.getKey(), member.getValue().asString());
            }
            return answer(audit, build(conditions));
        } catch (JacksonException malformed) {
            return refuse("the body is not well-formed JSON");
        } catch (IllegalArgumentException unfit) {
            return refuse(unfit.getMessage());
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> found = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return found;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            if (found.put(name, value) != null) {
                throw new IllegalArgumentException("`" + name + "` is given twice");
            }
        }
        return found;
    }

    private static AuditQuery build(Map<String, String> conditions) {
        AuditQuery.Builder query = AuditQuery.builder();
        conditions.forEach((name, value) -> {
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
                case "cursor" -> query.cursor(value);
                case "limit" -> query.limit(number(value));
                default ->
                    throw new IllegalArgumentException("`" + name
                            + "` is not known here, use actor, action, resource, outcome, event_type, session_id, request_id, ip, from, to,"
                            + " order, cursor or limit");
            }
        });
        return query.build();
    }

    private static Instant moment(String name, String value) {
        try {
            return Instant.parse(value);
        } catch (DateTimeException unfit) {
            throw new IllegalArgumentException("`" + name + "` is not a time like 2026-01-31T12:00:00Z", unfit);
        }
    }

    private static AuditQuery.Order order(String value) {
        return switch (value) {
            case "asc" -> AuditQuery.Order.OLDEST_FIRST;
            case "desc" -> AuditQuery.Order.NEWEST_FIRST;
            default -> throw new IllegalArgumentException("`order` is neither asc nor desc");
        };
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException unfit) {
            throw new IllegalArgumentException("`limit` is not a number", unfit);
        }
    }

    private static LocalAnswer answer(AuditStore audit, AuditQuery query) throws IOException {
        AuditPage page = audit.query(query);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("{\"events\":[".getBytes(StandardCharsets.UTF_8));
        String separator = "";
        for (AuditPage.Row row : page.rows()) {
            out.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
            out.writeBytes(row.line());
            separator = ",\n";
        }
        String next =
                page.next().map(cursor -> "],\"next\":\"" + cursor + "\"}\n").orElse("]}\n");
        out.writeBytes(next.getBytes(StandardCharsets.UTF_8));
        return new LocalAnswer(200, LocalAnswer.JSON, out.toByteArray(), null, null);
    }

    private static LocalAnswer refuse(@Nullable String detail) {
        return LocalAnswer.refused(RefusalCode.INVALID_ARGUMENT, detail == null ? "" : detail);
    }
}
