package dev.pavise.auditlog.query;

import dev.pavise.auditlog.query.Histogram.UnfitBucketException;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Adds records up by spans of time. */
final class Bars {
    private static final int MINUTE = "2026-11-21T21:46".length();
    /** What else stands where an outcome should is counted together, as whoever tampers could make any number of such texts. */
    private static final Set<String> KNOWN =
            Set.of("success", "failure", "denied", "error", "unknown", "intent", "end");

    private final long bucketSeconds;
    private final Duration bucket;
    private final Map<Long, Map<String, long[]>> bars = new TreeMap<>();
    private byte[] cachedMinute = {};
    private long cachedSeconds;
    private long total;
    private boolean tooMany;

    Bars(Duration bucket) throws UnfitBucketException {
        if (bucket.compareTo(Duration.ofSeconds(1)) < 0
                || !bucket.truncatedTo(ChronoUnit.SECONDS).equals(bucket)) {
            throw new UnfitBucketException("a span of the histogram is not a whole number of seconds");
        }
        this.bucket = bucket;
        this.bucketSeconds = bucket.toSeconds();
    }

    void add(RecordLine line) {
        long start = Math.floorDiv(seconds(line), bucketSeconds) * bucketSeconds;
        Map<String, long[]> bar = bars.get(start);
        if (bar == null) {
            if (bars.size() == Histogram.MOST_BARS) {
                tooMany = true;
                return;
            }
            bar = new HashMap<>();
            bars.put(start, bar);
        }
        bar.computeIfAbsent(kind(line), name -> new long[1])[0]++;
        total++;
    }

    private static String kind(RecordLine line) {
        String phase = line.text(Field.PHASE);
        String kind = phase.equals("intent") || phase.equals("end") ? phase : line.text(Field.OUTCOME);
        return KNOWN.contains(kind) ? kind : "unknown";
    }

    /** The moment of a record; 0 where it has none that can be read. */
    private long seconds(RecordLine line) {
        int from = line.from(Field.TIMESTAMP);
        if (line.to(Field.TIMESTAMP) - from < MINUTE + 3) {
            return 0;
        }
        byte[] bytes = line.buffer();
        if (!Arrays.equals(bytes, from, from + MINUTE, cachedMinute, 0, cachedMinute.length)) {
            byte[] minute = Arrays.copyOfRange(bytes, from, from + MINUTE);
            try {
                cachedSeconds = Instant.parse(new String(minute, StandardCharsets.US_ASCII) + ":00Z")
                        .getEpochSecond();
                cachedMinute = minute;
            } catch (DateTimeException unfit) {
                return 0;
            }
        }
        int tens = bytes[from + MINUTE + 1] - '0';
        int ones = bytes[from + MINUTE + 2] - '0';
        return tens < 0 || tens > 6 || ones < 0 || ones > 9 ? 0 : cachedSeconds + tens * 10L + ones;
    }

    Histogram histogram() throws UnfitBucketException {
        if (tooMany) {
            throw new UnfitBucketException("spans of " + bucket.toSeconds() + " s make more than " + Histogram.MOST_BARS
                    + " bars of these records; make them longer, or ask for less time");
        }
        List<Histogram.Bar> all = new ArrayList<>();
        bars.forEach((start, counts) -> {
            Map<String, Long> byKind = new HashMap<>();
            counts.forEach((kind, count) -> byKind.put(kind, count[0]));
            long sum = byKind.values().stream().mapToLong(Long::longValue).sum();
            all.add(new Histogram.Bar(Instant.ofEpochSecond(start), sum, byKind));
        });
        return new Histogram(bucket, total, all);
    }
}
