package dev.pavise.auditlog.redact;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditRecord.Entry;
import dev.pavise.auditlog.Redaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of each record what must not be kept: what rules name, values of query parameters whose names say that they are secret, and the
 * secrets that the gateway itself knows.
 *
 * <p>Guarantees, against callers and whoever reads the log: none of the known values stands in a text of a record, be it as it is, percent-encoded
 * or JSON-escaped up to twice, or in base64. Not: values that are encoded in other ways, cut in pieces, or shorter than
 * {@value SecretSearch#LEAST} characters. What was taken out is not in the log, so nobody can bring it back; a keyed hash tells
 * whoever has the key whether a value they know is the one.
 */
@SuppressWarnings("ReferenceEquality") // what was not changed is the same object, which is quick to tell
public final class Rules implements Redaction {
    /** Numbers of fewer digits than a known value has are none. */
    private static final long LEAST_NUMBER = 10_000_000;

    private static final int SLOTS = 512;
    private static final int LONGEST_KEPT = 256;

    private final Map<String, How> members = new HashMap<>();
    private final QueryText query;
    private final EntryRules entries;
    private final List<Cleaner> cleaners = new ArrayList<>();
    private final UnaryOperator<String> hash;

    /**
     * Texts in which nothing was found lately: those objects are not searched again. What is sought never changes, nor does a text, and any
     * thread may put another one in its place.
     */
    private final @Nullable String[] clean = new String[SLOTS];

    private Rules(List<Rule> rules, @Nullable KeyedHash key, KnownSecrets known) {
        hash = value -> Objects.requireNonNull(key).of(value);
        Map<String, How> headers = new HashMap<>();
        Map<String, How> parameters = new HashMap<>();
        List<Rule.At> paths = new ArrayList<>();
        cleaners.add(new Cleaner(known, found -> Cleaner.MASK));
        for (Rule rule : rules) {
            switch (rule) {
                case Rule.Header header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.how());
                case Rule.Query named -> parameters.put(named.name().toLowerCase(Locale.ROOT), named.how());
                case Rule.Values values ->
                    cleaners.add(new Cleaner(new SecretSearch(values.values()), instead(values.how())));
                case Rule.At at -> {
                    paths.add(at);
                    at.path().member().ifPresent(member -> members.put(member, at.how()));
                }
            }
        }
        query = new QueryText(parameters, hash);
        entries = new EntryRules(headers, query, paths, hash);
    }

    /**
     * Puts rules together.
     *
     * @param key for rules that hash; may be null where none does
     * @param known what no record may hold, whatever the rules say
     */
    public static Rules of(List<Rule> rules, @Nullable KeyedHash key, KnownSecrets known) {
        boolean hashes = rules.stream().anyMatch(rule -> rule.how() == How.HASH);
        if (hashes && key == null) {
            throw new IllegalArgumentException("a rule hashes, and there is no key for it");
        }
        return new Rules(rules, key, known);
    }

    private UnaryOperator<String> instead(How how) {
        return switch (how) {
            case REMOVE -> found -> "";
            case MASK -> found -> Cleaner.MASK;
            case HASH -> hash;
        };
    }

    @Override
    public AuditRecord apply(AuditRecord record) {
        String actor = Objects.requireNonNull(member("actor", record.actor()));
        String resource = Objects.requireNonNull(member("resource", query.resource(record.resource())));
        String ip = member("ip", record.ip());
        String session = member("session_id", record.sessionId());
        String trace = member("trace_id", record.traceId());
        String type = cleanOrNull(record.eventType());
        String action = clean(record.action());
        String request = cleanOrNull(record.requestId());
        List<Entry> metadata = metadata(record);
        boolean same = same(actor, record.actor())
                && same(resource, record.resource())
                && same(ip, record.ip())
                && same(session, record.sessionId())
                && same(trace, record.traceId())
                && same(type, record.eventType())
                && same(action, record.action())
                && same(request, record.requestId())
                && metadata == null;
        if (same) {
            return record;
        }
        AuditRecord.Builder kept = AuditRecord.of(record.phase(), actor, action, resource)
                .eventType(type)
                .outcome(record.outcome())
                .ip(ip)
                .sessionId(session)
                .requestId(request)
                .traceId(trace);
        (metadata == null ? record.metadata() : metadata).forEach(kept::metadata);
        return kept.build();
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return Objects.equals(one, other);
    }

    private @Nullable String member(String name, @Nullable String value) {
        How how = value == null || members.isEmpty() ? null : members.get(name);
        if (how == How.REMOVE) {
            return null;
        }
        return how == null ? cleanOrNull(value) : instead(how).apply(Objects.requireNonNull(value));
    }

    private @Nullable String cleanOrNull(@Nullable String text) {
        return text == null ? null : clean(text);
    }

    private String clean(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        if (clean[slot] == text) {
            return text;
        }
        String cleaned = text;
        for (int i = 0; i < cleaners.size(); i++) {
            cleaned = cleaners.get(i).clean(cleaned);
        }
        if (cleaned == text && text.length() <= LONGEST_KEPT) {
            clean[slot] = text;
        }
        return cleaned;
    }

    /** What is left of the metadata; null where all of it stays as it is. */
    private @Nullable List<Entry> metadata(AuditRecord record) {
        List<Entry> kept = null;
        for (int i = 0; i < record.entryCount(); i++) {
            Entry entry = record.entry(i);
            Entry placed = entries.apply(entry);
            Entry cleaned = placed == null ? null : clean(placed);
            if (cleaned != entry && kept == null) {
                kept = new ArrayList<>(record.metadata().subList(0, i));
            }
            if (kept != null && cleaned != null) {
                kept.add(cleaned);
            }
        }
        return kept;
    }

    private Entry clean(Entry entry) {
        String key = clean(entry.key());
        Object value = clean(entry.value());
        boolean same = key.equals(entry.key()) && value == entry.value();
        return same ? entry : new Entry(key, value);
    }

    private Object clean(Object value) {
        return switch (value) {
            case String text -> clean(text);
            case List<?> texts -> cleanAll(texts);
            case Long number when number >= LEAST_NUMBER || number <= -LEAST_NUMBER -> number(number);
            default -> value;
        };
    }

    private Object number(Long number) {
        String text = number.toString();
        String cleaned = clean(text);
        return cleaned.equals(text) ? number : cleaned;
    }

    private Object cleanAll(List<?> texts) {
        List<String> cleaned = new ArrayList<>(texts.size());
        boolean same = true;
        for (Object each : texts) {
            String text = each.toString();
            String without = clean(text);
            same &= without.equals(text);
            cleaned.add(without);
        }
        return same ? texts : List.copyOf(cleaned);
    }
}
