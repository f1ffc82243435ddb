package dev.pavise.bench.tools;

import java.util.Arrays;
import java.util.Locale;

/** Times in milliseconds, and what of them is told. */
public final class Samples {
    private final double[] values;
    private int count;

    public Samples(int most) {
        values = new double[most];
    }

    /** Adds the time between two moments of {@link System#nanoTime}. */
    public synchronized void add(long from, long to) {
        values[count++] = (to - from) / 1e6;
    }

    /** The value below which this share of all lie. */
    public synchronized double quantile(double share) {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, Math.floor(count * share))];
    }

    /** Two cells of a table: the median and the 99th percentile. */
    public String cells() {
        return String.format(Locale.ROOT, "%.2f | %.2f", quantile(0.5), quantile(0.99));
    }
}
