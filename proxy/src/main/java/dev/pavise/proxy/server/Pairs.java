package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditRecord.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The pairs that stood in the records of a connection last. From one request to the next nearly all are the same, and a pair that is the
 * same object need not be made, searched for secrets and written out again. Used by the connection's event loop only.
 */
final class Pairs {
    private static final int SLOTS = 16; // more than a usual record has pairs

    private final @Nullable Entry[] last = new Entry[SLOTS];

    /** Adds a pair of text; null adds nothing. */
    @SuppressWarnings("ReferenceEquality") // another object of the same text merely makes another pair
    AuditRecord.Builder add(AuditRecord.Builder to, String key, @Nullable String value) {
        if (value == null) {
            return to;
        }
        int slot = slot(key);
        Entry known = last[slot];
        if (known == null || known.value() != value || !known.key().equals(key)) {
            known = new Entry(key, value);
            last[slot] = known;
        }
        return to.metadata(known);
    }

    /** Adds a pair of a number. */
    AuditRecord.Builder add(AuditRecord.Builder to, String key, long value) {
        int slot = slot(key);
        Entry known = last[slot];
        if (known == null
                || !(known.value() instanceof Long number)
                || number != value
                || !known.key().equals(key)) {
            known = new Entry(key, value);
            last[slot] = known;
        }
        return to.metadata(known);
    }

    private static int slot(String key) {
        return key.hashCode() & (SLOTS - 1);
    }
}
