package dev.pavise.auditlog.query;

import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;

/** A record that matches. */
final class Found {
    private final long seq;
    private final byte[] line;
    private final boolean intent;
    private final String request;

    private Found(long seq, byte[] line, boolean intent, String request) {
        this.seq = seq;
        this.line = line;
        this.intent = intent;
        this.request = request;
    }

    static Found of(LogCursor cursor, RecordLine line) {
        boolean intent = Filter.isIntent(line);
        return new Found(cursor.seq(), cursor.line(), intent, intent ? line.text(Field.REQUEST_ID) : "");
    }

    long seq() {
        return seq;
    }

    byte[] line() {
        return line;
    }

    boolean isIntent() {
        return intent;
    }

    /** The request of an intent, as it stands in the line. */
    String request() {
        return request;
    }
}
