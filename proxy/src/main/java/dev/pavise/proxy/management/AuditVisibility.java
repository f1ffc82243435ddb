package dev.pavise.proxy.management;

import dev.pavise.auditlog.query.Visible;
import dev.pavise.policy.Principal;
import dev.pavise.policy.condition.Conditions;
import dev.pavise.policy.condition.RecordCondition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which audit records a caller with {@code audit:read} may see. Holds for rows, counts, histograms and proofs alike; a record that
 * cannot be read, or for which the condition cannot be told, is not shown.
 */
@FunctionalInterface
public interface AuditVisibility {
    /** What this caller may see. */
    Visible of(Principal caller);

    /**
     * By a condition of the configuration, that compiles.
     *
     * @param expression null where {@code audit:read} shows everything
     */
    static AuditVisibility of(@Nullable String expression) {
        if (expression == null) {
            return caller -> Visible.ALL;
        }
        RecordCondition condition = Conditions.ofRecords(expression);
        return caller ->
                line -> condition.holds(caller, new Line(JsonMapper.shared().readTree(line)));
    }

    /** A record's line, read. */
    record Line(JsonNode json) implements RecordCondition.Facts {
        @Override
        public String text(String name) {
            return json.path(name).asString("");
        }

        @Override
        public @Nullable Object metadata(String name) {
            return value(json.path("metadata").path(name));
        }

        @Override
        public Map<String, Object> metadata() {
            Map<String, Object> all = new HashMap<>();
            json.path("metadata").properties().forEach(each -> {
                Object value = value(each.getValue());
                if (value != null) {
                    all.put(each.getKey(), value);
                }
            });
            return all;
        }

        private static @Nullable Object value(JsonNode node) {
            if (node.isString()) {
                return node.stringValue();
            }
            if (node.isIntegralNumber()) {
                return node.longValue();
            }
            if (node.isBoolean()) {
                return node.booleanValue();
            }
            return node.isArray() ? texts(node) : null;
        }

        private static List<String> texts(JsonNode array) {
            return array.valueStream().map(each -> each.asString("")).toList();
        }
    }
}
