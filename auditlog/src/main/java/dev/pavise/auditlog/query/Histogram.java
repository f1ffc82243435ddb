package dev.pavise.auditlog.query;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How many records there were in each span of time, for charts. Spans without any are left out.
 *
 * @param bucket how long each span is; spans begin at multiples of it since 1970, UTC
 * @param total of all spans
 */
public record Histogram(Duration bucket, long total, List<Bar> bars) {
    /** The most spans that one histogram has. */
    public static final int MOST_BARS = 10_000;

    public Histogram {
        bars = List.copyOf(bars);
    }

    /**
     * One span.
     *
     * @param counts by {@code success}, {@code failure}, {@code denied}, {@code error} and {@code unknown} for what came of
     *     something, and by {@code intent} and {@code end} for the records of these phases, so that no request counts twice
     */
    public record Bar(Instant start, long total, Map<String, Long> counts) {
        public Bar {
            counts = Map.copyOf(counts);
        }
    }

    /** The bucket makes more than {@link #MOST_BARS} spans of what was found, or is no fit length; the message says so. */
    public static final class UnfitBucketException extends Exception {
        private static final long serialVersionUID = 1L;

        UnfitBucketException(String message) {
            super(message);
        }
    }
}
