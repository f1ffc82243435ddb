package dev.pavise.auditlog.ship;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts for {@link ShipStats}; written by the thread that ships, read by any. */
final class ShipFigures {
    private final LongSupplier stored;
    private final InstantSource clock;
    private final LongAdder shipped = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder missing = new LongAdder();
    private final LongAdder replaced = new LongAdder();
    private volatile long next;
    private volatile long behindSince;

    ShipFigures(LongSupplier stored, InstantSource clock) {
        this.stored = stored;
        this.clock = clock;
        this.behindSince = clock.millis();
    }

    void failed() {
        failures.increment();
    }

    /** Nothing waits for a checkpoint's shipping now. */
    void caughtUp() {
        behindSince = clock.millis();
    }

    /** These are under way; the first of them is the oldest that waits. */
    void under(Batches.Batch batch) {
        batch.oldest().ifPresent(oldest -> behindSince = Math.min(clock.millis(), oldest.toEpochMilli()));
    }

    void acknowledged(List<Message> messages) {
        for (Message each : messages) {
            switch (each.kind()) {
                case RECORD -> shipped.increment();
                case REPLACED -> replaced.increment();
                case GAP -> missing.add(each.records());
            }
        }
    }

    /** All before this one is acknowledged, and that is noted. */
    void noted(long upTo) {
        next = upTo;
    }

    long next() {
        return next;
    }

    long shipped() {
        return shipped.sum();
    }

    long lagRecords() {
        return Math.max(0, stored.getAsLong() - next);
    }

    long lagMillis() {
        return lagRecords() == 0 ? 0 : Math.max(0, clock.millis() - behindSince);
    }

    long failures() {
        return failures.sum();
    }

    long missing() {
        return missing.sum();
    }

    long replacements() {
        return replaced.sum();
    }

    /** The moment that a UUIDv7 names, which every record's id is. */
    static Instant moment(String id) {
        return Instant.ofEpochMilli(Long.parseLong(id.substring(0, 8) + id.substring(9, 13), 16));
    }
}
