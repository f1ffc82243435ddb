package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditRecord.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Pairs that stood in the records of an event loop lately. From one request to the next nearly all are the same, and a pair that is the same
 * object need not be made, searched for secrets and written out again. Bounded; of those that share a place the latest is kept. Used by its
 * loop only.
 */
final class Pairs {
    private static final int SLOTS = 256;
    private static final int LONGEST = 256;

    private final @Nullable Entry[] lately = new Entry[SLOTS];

    /** Adds a pair of text; null adds nothing. */
    AuditRecord.Builder add(AuditRecord.Builder to, String key, @Nullable String value) {
        if (value == null || value.length() > LONGEST) {
            return to.metadata(key, value);
        }
        int slot = slot(key, value.hashCode());
        Entry known = lately[slot];
        if (known == null || !known.value().equals(value) || !known.key().equals(key)) {
            known = new Entry(key, value);
            lately[slot] = known;
        }
        return to.metadata(known);
    }

    /** Adds a pair of a number. */
    AuditRecord.Builder add(AuditRecord.Builder to, String key, long value) {
        int slot = slot(key, Long.hashCode(value));
        Entry known = lately[slot];
        if (known == null
                || !(known.value() instanceof Long number)
                || number != value
                || !known.key().equals(key)) {
            known = new Entry(key, value);
            lately[slot] = known;
        }
        return to.metadata(known);
    }

    private static int slot(String key, int value) {
        int mixed = (key.hashCode() * 31 + value) * 0x9E3779B9;
        return mixed >>> (Integer.SIZE - 8);
    }
}
