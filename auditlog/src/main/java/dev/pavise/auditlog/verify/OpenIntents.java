package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Counts the intents that have no outcome, by the request that both name. */
final class OpenIntents {
    private static final byte[] INTENT = "intent".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OUTCOME = "outcome".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 1 << 20;

    private final Set<Long> open = new HashSet<>();
    private long beyond;

    void see(RecordLine line) {
        long request = line.fingerprint(Field.REQUEST_ID);
        if (line.is(Field.PHASE, OUTCOME)) {
            open.remove(request);
        } else if (line.is(Field.PHASE, INTENT) && (request == 0 || open.size() >= MOST || !open.add(request))) {
            beyond++;
        }
    }

    long count() {
        return open.size() + beyond;
    }
}
