package dev.pavise.auditlog.query;

import dev.pavise.auditlog.codec.RecordHead;
import dev.pavise.auditlog.index.IndexedField;
import dev.pavise.auditlog.index.Wanted;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a query as tests of a line. Texts are compared in the form in which they stand in the line, so nothing is
 * unescaped and no object is made for a line that does not match.
 */
public final class Filter {
    /** How many records behind an intent its outcome is looked for. */
    public static final int LOOK_AHEAD = 1 << 16;

    private static final byte[] OUTCOME = ascii("outcome");
    private static final byte[] INTENT = ascii("intent");

    private final List<Wanted> wanted = new ArrayList<>();
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean unknownOnly;

    public Filter(AuditQuery query) {
        if (query.actor != null) {
            wanted.add(Wanted.actor(query.actor));
        }
        text(IndexedField.ACTION, query.action);
        text(IndexedField.RESOURCE, query.resource);
        text(IndexedField.OUTCOME, query.outcome);
        text(IndexedField.EVENT_TYPE, query.eventType);
        text(IndexedField.SESSION_ID, query.sessionId);
        text(IndexedField.REQUEST_ID, query.requestId);
        text(IndexedField.IP, query.ip);
        from = moment(query.from);
        to = moment(query.to);
        unknownOnly = "unknown".equals(query.outcome);
    }

    private Filter(Wanted one) {
        wanted.add(one);
        from = null;
        to = null;
        unknownOnly = false;
    }

    /** Records of one request, whose id stands in lines like this. */
    static Filter ofRequest(String escaped) {
        return new Filter(Wanted.escaped(IndexedField.REQUEST_ID, escaped));
    }

    public boolean matches(RecordLine line) {
        for (Wanted each : wanted) {
            if (!each.holds(line)) {
                return false;
            }
        }
        return (from == null || line.compare(Field.TIMESTAMP, from) >= 0)
                && (to == null || line.compare(Field.TIMESTAMP, to) < 0);
    }

    List<Wanted> wanted() {
        return wanted;
    }

    byte @Nullable [] fromText() {
        return from;
    }

    byte @Nullable [] toText() {
        return to;
    }

    /** Whether an intent counts only where its outcome is not known. */
    public boolean unknownOnly() {
        return unknownOnly;
    }

    public static boolean isIntent(RecordLine line) {
        return line.is(Field.PHASE, INTENT);
    }

    public static boolean isOutcome(RecordLine line) {
        return line.is(Field.PHASE, OUTCOME);
    }

    private void text(IndexedField field, @Nullable String text) {
        if (text != null) {
            wanted.add(Wanted.text(field, text));
        }
    }

    private static byte @Nullable [] moment(@Nullable Instant moment) {
        return moment == null ? null : ascii(RecordHead.Timestamps.text(moment));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
