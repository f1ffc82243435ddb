package dev.pavise.auditlog.query;

import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** Adds records up for a {@link Summary}. */
final class SummaryCounter {
    private static final int TOLD_EVERY = 50_000;

    private final LongConsumer progress;
    private final Map<String, long[]> outcomes = new HashMap<>();
    private final Map<String, long[]> eventTypes = new HashMap<>();
    private final Map<String, long[]> actors = new HashMap<>();
    private long records;
    private long bytes;
    private String first = "";
    private String last = "";

    SummaryCounter(LongConsumer progress) {
        this.progress = progress;
    }

    void add(RecordLine line, int length) {
        records++;
        bytes += length;
        last = line.text(Field.TIMESTAMP);
        if (first.isEmpty()) {
            first = last;
        }
        String phase = line.text(Field.PHASE);
        boolean byPhase = phase.equals("intent") || phase.equals("end");
        count(outcomes, byPhase ? phase : line.text(Field.OUTCOME));
        if (line.has(Field.EVENT_TYPE)) {
            count(eventTypes, line.text(Field.EVENT_TYPE));
        }
        count(actors, line.text(Field.ACTOR));
        if (records % TOLD_EVERY == 0) {
            progress.accept(records);
        }
    }

    private static void count(Map<String, long[]> into, String text) {
        long[] known = into.get(text);
        if (known == null) {
            String name = into.size() < Summary.TOLD_APART ? text : Summary.OTHERS;
            known = into.computeIfAbsent(name, fresh -> new long[1]);
        }
        known[0]++;
    }

    Summary summary() {
        return new Summary(records, bytes, first, last, most(outcomes), most(eventTypes), most(actors));
    }

    private static Map<String, Long> most(Map<String, long[]> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, long[]>>comparingLong(each -> -each.getValue()[0])
                        .thenComparing(Map.Entry::getKey))
                .forEach(each -> sorted.put(each.getKey(), each.getValue()[0]));
        return Collections.unmodifiableMap(sorted);
    }
}
