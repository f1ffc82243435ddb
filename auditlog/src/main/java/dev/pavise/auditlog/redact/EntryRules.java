package dev.pavise.auditlog.redact;

import dev.pavise.auditlog.AuditRecord.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Applies the rules that name a place to the metadata of a record. */
final class EntryRules {
    /** Under these keys the gateway records headers, each as {@code name: value}, and the query. */
    static final String HEADERS = "headers";

    static final String QUERY = "query";

    private final Map<String, How> headers;
    private final QueryText query;
    private final List<Rule.At> paths;
    private final UnaryOperator<String> hash;

    /** @param headers what becomes of which header; names in lower case */
    EntryRules(Map<String, How> headers, QueryText query, List<Rule.At> paths, UnaryOperator<String> hash) {
        this.headers = Map.copyOf(headers);
        this.query = query;
        this.paths = List.copyOf(paths);
        this.hash = hash;
    }

    /** The entry; the same object where it stays as it is, null where it goes. */
    @SuppressWarnings("ReferenceEquality") // what was not changed is the same object
    @Nullable
    Entry apply(Entry entry) {
        Object value = entry.value();
        if (entry.key().equals(QUERY) && value instanceof String text) {
            value = query.query(text);
        } else if (entry.key().equals(HEADERS) && !headers.isEmpty() && value instanceof List<?> lines) {
            value = headers(lines);
        }
        for (Rule.At rule : paths) {
            value = value == null ? null : at(rule, entry.key(), value);
        }
        if (value == null) {
            return null;
        }
        return value == entry.value() ? entry : new Entry(entry.key(), value);
    }

    private Object headers(List<?> lines) {
        List<String> kept = new ArrayList<>();
        boolean changed = false;
        for (Object each : lines) {
            String line = each.toString();
            int colon = line.indexOf(':');
            How how = colon < 0 ? null : headers.get(line.substring(0, colon).toLowerCase(Locale.ROOT));
            changed |= how != null;
            if (how == null) {
                kept.add(line);
            } else if (how != How.REMOVE) {
                kept.add(line.substring(0, colon) + ": "
                        + instead(line.substring(colon + 1).strip(), how));
            }
        }
        return changed ? List.copyOf(kept) : lines;
    }

    private @Nullable Object at(Rule.At rule, String key, Object value) {
        List<RecordPath.Step> steps = rule.path().belowMetadata();
        if (steps.isEmpty() || !leads(steps.getFirst(), key)) {
            return value;
        }
        if (steps.size() == 1) {
            return whole(value, rule.how());
        }
        boolean items = steps.size() == 2 && steps.get(1) instanceof RecordPath.Step.EveryItem;
        return items && value instanceof List<?> list ? each(list, rule.how()) : value;
    }

    private static boolean leads(RecordPath.Step step, String key) {
        return step instanceof RecordPath.Step.EveryMember
                || (step instanceof RecordPath.Step.Member(String name) && name.equals(key));
    }

    private @Nullable Object whole(Object value, How how) {
        if (how == How.REMOVE) {
            return null;
        }
        return value instanceof List<?> list ? each(list, how) : instead(value.toString(), how);
    }

    private Object each(List<?> list, How how) {
        return how == How.REMOVE
                ? List.of()
                : list.stream().map(item -> instead(item.toString(), how)).toList();
    }

    private String instead(String value, How how) {
        return how == How.HASH ? hash.apply(value) : Cleaner.MASK;
    }
}
