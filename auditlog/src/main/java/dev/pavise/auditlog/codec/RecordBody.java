package dev.pavise.auditlog.codec;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the part of a line that is known before the record's place in the log is: everything behind the timestamp. Meant
 * to be kept and used again, by one thread; what {@link #write} wrote is there until the next call.
 *
 * <p>A line never grows beyond {@link #MAX_LINE}: long values are cut visibly, and metadata that does not fit is left out and
 * replaced by {@code "truncated":true}.
 */
public final class RecordBody {
    /** The most bytes of a whole line. */
    public static final int MAX_LINE = 64 * 1024;

    /** The most bytes of a resource, or of one value of the metadata. */
    static final int MAX_VALUE = 8 * 1024;

    static final int MAX_ACTOR = 1024;
    static final int MAX_NAME = 256;

    /** What the end of the object, the mark of truncation and the head of the line may take. */
    private static final int ROOM = 256;

    private static final byte[] EVENT_TYPE = JsonBytes.ascii(",\"event_type\":");
    private static final byte[] ACTOR = JsonBytes.ascii(",\"actor\":");
    private static final byte[] ACTION = JsonBytes.ascii(",\"action\":");
    private static final byte[] RESOURCE = JsonBytes.ascii(",\"resource\":");
    private static final byte[] IP = JsonBytes.ascii(",\"ip\":");
    private static final byte[] SESSION_ID = JsonBytes.ascii(",\"session_id\":");
    private static final byte[] REQUEST_ID = JsonBytes.ascii(",\"request_id\":");
    private static final byte[] TRACE_ID = JsonBytes.ascii(",\"trace_id\":");
    private static final byte[] METADATA = JsonBytes.ascii(",\"metadata\":{");
    private static final byte[] TRUNCATED = JsonBytes.ascii("\"truncated\":true");
    private static final byte[] MORE = JsonBytes.ascii("\"\\u2026\"");
    private static final byte[] TRUE = JsonBytes.ascii("true");
    private static final byte[] FALSE = JsonBytes.ascii("false");
    private static final Map<Phase, byte[]> PHASES = new EnumMap<>(Phase.class);
    private static final Map<Outcome, byte[]> OUTCOMES = new EnumMap<>(Outcome.class);

    static {
        for (Phase phase : Phase.values()) {
            PHASES.put(phase, JsonBytes.ascii(",\"phase\":\"" + phase.text() + "\""));
        }
        for (Outcome outcome : Outcome.values()) {
            OUTCOMES.put(outcome, JsonBytes.ascii(",\"outcome\":\"" + outcome.text() + "\""));
        }
    }

    private final JsonBytes out = new JsonBytes();

    /** The bytes that {@link #write} filled, from 0 to {@link #length}. */
    public byte[] array() {
        return out.array();
    }

    public int length() {
        return out.length();
    }

    public void write(AuditRecord of) {
        out.length(0);
        out.constant(Objects.requireNonNull(PHASES.get(of.phase())));
        recurring(EVENT_TYPE, of.eventType(), MAX_NAME);
        recurring(ACTOR, of.actor(), MAX_ACTOR);
        recurring(ACTION, of.action(), MAX_NAME);
        recurring(RESOURCE, of.resource(), MAX_VALUE);
        out.constant(Objects.requireNonNull(OUTCOMES.get(of.outcome())));
        recurring(IP, of.ip(), MAX_NAME);
        recurring(SESSION_ID, of.sessionId(), MAX_NAME);
        field(REQUEST_ID, of.requestId(), MAX_NAME);
        field(TRACE_ID, of.traceId(), MAX_NAME);
        if (of.entryCount() > 0) {
            metadata(of);
        }
        out.raw((byte) '}');
    }

    private void field(byte[] name, @Nullable String value, int limit) {
        if (value != null) {
            out.constant(name);
            out.text(value, limit);
        }
    }

    private void recurring(byte[] name, @Nullable String value, int limit) {
        if (value != null) {
            out.constant(name);
            out.recurring(value, limit);
        }
    }

    private void metadata(AuditRecord of) {
        out.constant(METADATA);
        int start = out.length();
        for (int i = 0; i < of.entryCount(); i++) {
            AuditRecord.Entry entry = of.entry(i);
            int mark = out.length();
            comma(start);
            out.recurring(entry.key(), MAX_NAME);
            out.raw((byte) ':');
            value(entry.value());
            if (out.length() > MAX_LINE - ROOM) {
                out.length(mark);
                comma(start);
                out.constant(TRUNCATED);
                break;
            }
        }
        out.raw((byte) '}');
    }

    private void comma(int start) {
        if (out.length() > start) {
            out.raw((byte) ',');
        }
    }

    private void value(Object value) {
        switch (value) {
            case String text -> out.recurring(text, MAX_VALUE);
            case Long number -> out.number(number);
            case Boolean truth -> out.constant(truth ? TRUE : FALSE);
            case List<?> texts -> list(texts);
            default -> out.text(value.toString(), MAX_VALUE);
        }
    }

    private void list(List<?> texts) {
        out.raw((byte) '[');
        int start = out.length();
        for (Object text : texts) {
            comma(start);
            if (out.length() - start > MAX_VALUE) {
                out.constant(MORE);
                break;
            }
            out.text(text.toString(), MAX_VALUE);
        }
        out.raw((byte) ']');
    }
}
