package dev.pavise.auditlog.codec;

import dev.pavise.auditlog.AuditRecord;
import java.util.List;
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
        out.ascii(",\"phase\":\"");
        out.ascii(of.phase().text());
        out.raw((byte) '"');
        field(",\"event_type\":", of.eventType(), MAX_NAME);
        field(",\"actor\":", of.actor(), MAX_ACTOR);
        field(",\"action\":", of.action(), MAX_NAME);
        field(",\"resource\":", of.resource(), MAX_VALUE);
        out.ascii(",\"outcome\":\"");
        out.ascii(of.outcome().text());
        out.raw((byte) '"');
        field(",\"ip\":", of.ip(), MAX_NAME);
        field(",\"session_id\":", of.sessionId(), MAX_NAME);
        field(",\"request_id\":", of.requestId(), MAX_NAME);
        field(",\"trace_id\":", of.traceId(), MAX_NAME);
        if (!of.metadata().isEmpty()) {
            metadata(of.metadata());
        }
        out.raw((byte) '}');
    }

    private void field(String name, @Nullable String value, int limit) {
        if (value != null) {
            out.ascii(name);
            out.text(value, limit);
        }
    }

    private void metadata(List<AuditRecord.Entry> entries) {
        out.ascii(",\"metadata\":{");
        int start = out.length();
        for (AuditRecord.Entry entry : entries) {
            int mark = out.length();
            comma(start);
            out.text(entry.key(), MAX_NAME);
            out.raw((byte) ':');
            value(entry.value());
            if (out.length() > MAX_LINE - ROOM) {
                out.length(mark);
                comma(start);
                out.ascii("\"truncated\":true");
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
            case String text -> out.text(text, MAX_VALUE);
            case Long number -> out.number(number);
            case Boolean truth -> out.ascii(truth ? "true" : "false");
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
                out.ascii("\"\\u2026\"");
                break;
            }
            out.text(text.toString(), MAX_VALUE);
        }
        out.raw((byte) ']');
    }
}
