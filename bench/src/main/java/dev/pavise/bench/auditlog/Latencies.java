package dev.pavise.bench.auditlog;

/** Counts of durations, each rounded down by less than a sixteenth. */
final class Latencies {
    private static final int STEPS = 16;

    private final long[] counts = new long[64 * STEPS];
    private long total;

    void add(long nanos) {
        counts[place(Math.max(nanos, STEPS))]++;
        total++;
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
    }

    /** Below what this share of all durations lies. */
    double micros(double share) {
        long rest = Math.round(total * share);
        for (int i = 0; i < counts.length; i++) {
            rest -= counts[i];
            if (rest <= 0) {
                return value(i + 1) / 1000.0;
            }
        }
        return Double.NaN;
    }

    private static int place(long nanos) {
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        return power * STEPS + (int) (nanos >>> (power - 4)) - STEPS;
    }

    private static long value(int place) {
        return (long) (STEPS + place % STEPS) << (place / STEPS - 4);
    }
}
