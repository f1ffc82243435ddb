package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the intents that have no outcome, by the request that both name. Stretches of a log can be counted each for itself and
 * then be put together in their order. Beyond a million requests that are open at once the count is an upper bound.
 */
final class OpenIntents {
    private static final byte[] INTENT = "intent".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUTCOME = "outcome".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 1 << 20;

    /** How many intents of a request are open. */
    private final Map<Long, Integer> open = new HashMap<>();
    /** How many outcomes of a request were met whose intent must have come before. */
    private final Map<Long, Integer> earlier = new HashMap<>();

    private final boolean fromBeginning;
    private long beyond;

    /** @param fromBeginning whether nothing precedes what will be seen */
    OpenIntents(boolean fromBeginning) {
        this.fromBeginning = fromBeginning;
    }

    void see(RecordLine line) {
        long request = line.fingerprint(Field.REQUEST_ID);
        if (line.is(Field.PHASE, OUTCOME)) {
            if (open.containsKey(request)) {
                take(request, 1);
            } else if (!fromBeginning && earlier.size() < MOST) {
                earlier.merge(request, 1, Integer::sum);
            }
        } else if (line.is(Field.PHASE, INTENT)) {
            give(request, 1);
        }
    }

    /** Goes on with what a later stretch of the log has shown. */
    void then(OpenIntents later) {
        later.earlier.forEach(this::take);
        later.open.forEach(this::give);
        beyond += later.beyond;
    }

    private void take(long request, int count) {
        open.computeIfPresent(request, (id, known) -> known > count ? known - count : null);
    }

    private void give(long request, int count) {
        if (request == 0 || (open.size() >= MOST && !open.containsKey(request))) {
            beyond += count;
        } else {
            open.merge(request, count, Integer::sum);
        }
    }

    long count() {
        return open.values().stream().mapToLong(Integer::longValue).sum() + beyond;
    }
}
