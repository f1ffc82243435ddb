package dev.pavise.policy.limit;

import java.util.function.LongSupplier;

/**
 * One limit: a name, a rate, and the counts of its keys. GCRA: each key has a time up to which it has used its share;
 * one more moves that time ahead by an interval, and is refused where it would run further ahead of the clock than the
 * burst. So there is no window whose edge could be used twice. Lock-free, safe for any number of threads, and exact: of
 * any number of threads that ask at one moment, as many are admitted as the burst has places.
 *
 * <p>The counts are those of the limit of this name in its {@link Limits}, which outlive a change of the rate.
 */
public final class Limiter {
    private static final long SECOND = 1_000_000_000L;

    private final String name;
    private final Rate rate;
    private final Counts counts;
    private final LongSupplier clock;
    private final long interval;
    private final long tolerance;
    private final String policyHeader;

    /** @param clock nanoseconds since the counts were made, never going back */
    Limiter(String name, Rate rate, Counts counts, LongSupplier clock) {
        this.name = name;
        this.rate = rate;
        this.counts = counts;
        this.clock = clock;
        this.interval = rate.intervalNanos();
        this.tolerance = rate.toleranceNanos();
        this.policyHeader = RateLimitHeader.policy(name, rate);
    }

    public String name() {
        return name;
    }

    public Rate rate() {
        return rate;
    }

    /** The {@code RateLimit-Policy} field for answers. */
    public String policyHeader() {
        return policyHeader;
    }

    /**
     * Takes one place for the key, if there is one. A key is compared with {@code equals}, and comparable so that keys
     * which a stranger makes collide still cost little to tell apart.
     */
    public Admission admit(Comparable<?> key) {
        if (rate.isNone()) {
            return never();
        }
        long now = clock.getAsLong();
        while (true) {
            Counts.Cell cell = counts.cell(key, now);
            long used = cell.get();
            if (used == Counts.EVICTED) {
                counts.drop(key, cell);
                continue;
            }
            long ahead = ahead(used, now) + interval;
            if (ahead > tolerance) {
                return throttled(ahead);
            }
            if (cell.compareAndSet(used, now + ahead)) {
                return new Admission.Admitted(this, (tolerance - ahead) / interval, seconds(ahead));
            }
        }
    }

    /** What {@link #admit} would say now, without taking a place or remembering the key. */
    public Admission peek(Comparable<?> key) {
        if (rate.isNone()) {
            return never();
        }
        long now = clock.getAsLong();
        long ahead = ahead(counts.used(key), now);
        return ahead + interval > tolerance
                ? throttled(ahead + interval)
                : new Admission.Admitted(this, (tolerance - ahead) / interval, seconds(ahead));
    }

    /**
     * How far the key is ahead of the clock. Never more than the tolerance, which it can only be where the rate was
     * changed: the new burst is then used up, and comes back at the new rate.
     */
    private long ahead(long used, long now) {
        return Math.min(Math.max(used - now, 0), tolerance);
    }

    private Admission throttled(long wanted) {
        return new Admission.Throttled(this, seconds(wanted - interval), Math.max(1, seconds(wanted - tolerance)));
    }

    private Admission never() {
        return new Admission.Throttled(this, seconds(interval), Math.max(1, seconds(interval)));
    }

    private static long seconds(long nanos) {
        return Math.ceilDiv(nanos, SECOND);
    }

    @Override
    public String toString() {
        return name + " " + rate;
    }
}
