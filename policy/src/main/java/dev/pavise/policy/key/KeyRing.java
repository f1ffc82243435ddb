package dev.pavise.policy.key;

import dev.pavise.policy.Subject;
import dev.pavise.policy.identity.ApiKeys;
import dev.pavise.policy.identity.UnprovenReason;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The API keys of one moment, as requests ask for them: one hash lookup, one SHA-256, no lock. Immutable but for the times of last
 * use, which a ring hands on to the next.
 *
 * <p>Guarantees: a key is found only by its whole text. That it was revoked or has expired is told only of one whose secret is
 * right, and an unknown id costs the same work as a wrong secret, so that nobody learns by trying which ids there are.
 */
public final class KeyRing implements ApiKeys {
    private static final long MILLIS_APART = 1000;

    // What an unknown id is compared with; that nobody's secret has this hash is as sure as SHA-256.
    private static final SecretHash NOBODY = SecretHash.ofHex("00".repeat(32));

    private static final Lookup MALFORMED = new Lookup.Refused(UnprovenReason.MALFORMED);
    private static final Lookup UNKNOWN = new Lookup.Refused(UnprovenReason.UNKNOWN_API_KEY);
    private static final Lookup REVOKED = new Lookup.Refused(UnprovenReason.REVOKED);
    private static final Lookup EXPIRED = new Lookup.Refused(UnprovenReason.EXPIRED);

    private final KeyFormat format;
    private final Map<String, Entry> entries;

    private record Entry(KeyRecord record, Lookup found, AtomicLong used) {}

    private KeyRing(KeyFormat format, Map<String, Entry> entries) {
        this.format = format;
        this.entries = entries;
    }

    /** A ring that nobody has used yet. */
    public static KeyRing of(KeyFormat format, Collection<KeyRecord> records, Map<String, Long> uses) {
        Map<String, Entry> entries = new HashMap<>();
        records.forEach(record ->
                entries.put(record.id(), entry(record, new AtomicLong(uses.getOrDefault(record.id(), 0L)))));
        return new KeyRing(format, entries);
    }

    /** The ring that follows this one, which goes on with its times of last use. */
    public KeyRing next(KeyFormat nextFormat, Collection<KeyRecord> records) {
        Map<String, Entry> next = new HashMap<>();
        for (KeyRecord record : records) {
            Entry known = entries.get(record.id());
            next.put(record.id(), entry(record, known == null ? new AtomicLong() : known.used()));
        }
        return new KeyRing(nextFormat, next);
    }

    private static Entry entry(KeyRecord record, AtomicLong used) {
        Subject.ApiKey subject =
                new Subject.ApiKey(record.id(), record.name(), record.permissions(), record.expiresAt());
        return new Entry(record, new Lookup.Found(subject), used);
    }

    @Override
    public Lookup find(String presented, Instant now) {
        KeyText text = format.read(presented).orElse(null);
        if (text == null) {
            return MALFORMED;
        }
        Entry entry = entries.get(text.id());
        boolean right = (entry == null ? NOBODY : entry.record().secret()).matches(SecretHash.sha256(text.secret()));
        if (entry == null || !right) {
            return UNKNOWN;
        }
        return switch (entry.record().state(now)) {
            case REVOKED -> REVOKED;
            case EXPIRED -> EXPIRED;
            case LIVE -> {
                touch(entry.used(), now.toEpochMilli());
                yield entry.found();
            }
        };
    }

    /** Without a lock, and a busy key is not written to by every request: to the second is exact enough. */
    private static void touch(AtomicLong used, long now) {
        if (now - used.getPlain() >= MILLIS_APART) {
            used.setOpaque(now);
        }
    }

    /** When each key was used last, in milliseconds; those that never were are left out. */
    public Map<String, Long> uses() {
        Map<String, Long> uses = new HashMap<>();
        entries.forEach((id, entry) -> {
            long used = entry.used().getOpaque();
            if (used != 0) {
                uses.put(id, used);
            }
        });
        return uses;
    }

    @Override
    public String toString() {
        return entries.size() + " API keys";
    }
}
