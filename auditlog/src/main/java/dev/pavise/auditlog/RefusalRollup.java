package dev.pavise.auditlog;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a flood of refusals from filling the log without losing count of it: the first {@value #OWN_RECORDS} a second for
 * each reason and origin (an address, or a principal) get records of their own, the rest is counted and drained once a second
 * as one event each. The number of reasons and origins told apart is bounded; what overflows shares one count.
 *
 * <p>Counts are exact: each call of {@link #judge} is either told to record or is in exactly one drained {@link Rolled}.
 * Safe for use by several threads.
 */
public final class RefusalRollup {
    /** How many refusals a second, of one reason and origin, have records of their own. */
    public static final int OWN_RECORDS = 10;

    /** How reason and origin read where there were too many to tell apart. */
    public static final String VARIOUS = "various";

    /** What to do with one refusal. */
    public enum Verdict {
        /** Append a record for it. */
        RECORD,
        /** It is counted; no record. */
        COUNTED
    }

    /** Refusals that were counted only. */
    public record Rolled(String reason, String origin, long count, Instant from, Instant to) {
        /** The event that stands for them in the log. */
        public AuditRecord asRecord() {
            return AuditRecord.of(Phase.EVENT, "system", "api.request", "refusals")
                    .eventType(EventType.REFUSALS_ROLLED_UP)
                    .outcome(Outcome.DENIED)
                    .metadata("reason", reason)
                    .metadata("origin", origin)
                    .metadata("count", count)
                    .metadata("from", from.toString())
                    .metadata("to", to.toString())
                    .build();
        }
    }

    private record Key(String reason, String origin) {}

    private static final class Bucket {
        private long second;
        private int own;
        private long counted;
        private long fromMillis;
        private long toMillis;
    }

    private static final Key SHARED = new Key(VARIOUS, VARIOUS);

    private final InstantSource clock;
    private final int maxBuckets;
    private final Map<Key, Bucket> buckets = new HashMap<>();

    /** With {@code maxBuckets} reasons and origins told apart in a second; zero means that all share one. */
    public RefusalRollup(InstantSource clock, int maxBuckets) {
        if (maxBuckets < 0) {
            throw new IllegalArgumentException("number of buckets is negative: `" + maxBuckets + "`");
        }
        this.clock = clock;
        this.maxBuckets = maxBuckets;
    }

    /** Says whether this refusal gets a record of its own; if not, it is counted. */
    public synchronized Verdict judge(String reason, String origin) {
        long now = clock.millis();
        Bucket bucket = bucketOf(new Key(reason, origin));
        long second = Math.floorDiv(now, 1000L);
        if (bucket.second != second) {
            bucket.second = second;
            bucket.own = 0;
        }
        if (bucket.own < OWN_RECORDS) {
            bucket.own++;
            return Verdict.RECORD;
        }
        add(bucket, 1, now, now);
        return Verdict.COUNTED;
    }

    /** Takes out what was counted since the last call; meant to be called once a second and before closing. */
    public synchronized List<Rolled> drain() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        List<Rolled> drained = new ArrayList<>();
        buckets.forEach((key, bucket) -> {
            if (bucket.counted > 0) {
                drained.add(new Rolled(
                        key.reason,
                        key.origin,
                        bucket.counted,
                        Instant.ofEpochMilli(bucket.fromMillis),
                        Instant.ofEpochMilli(bucket.toMillis)));
                bucket.counted = 0;
            }
        });
        buckets.values().removeIf(bucket -> bucket.second != second);
        return drained;
    }

    /** Counts again what could not be recorded, so that a later {@link #drain} gives it out. */
    public synchronized void putBack(Rolled rolled) {
        add(
                bucketOf(new Key(rolled.reason, rolled.origin)),
                rolled.count,
                rolled.from.toEpochMilli(),
                rolled.to.toEpochMilli());
    }

    private Bucket bucketOf(Key key) {
        Bucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        Key under = buckets.size() < maxBuckets ? key : SHARED;
        return buckets.computeIfAbsent(under, _ -> new Bucket());
    }

    private static void add(Bucket bucket, long count, long fromMillis, long toMillis) {
        bucket.fromMillis = bucket.counted == 0 ? fromMillis : Math.min(bucket.fromMillis, fromMillis);
        bucket.toMillis = bucket.counted == 0 ? toMillis : Math.max(bucket.toMillis, toMillis);
        bucket.counted += count;
    }
}
