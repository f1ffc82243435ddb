package dev.pavise.auditlog.segment;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/**
 * Goes through the records of a folder in the order of their numbers, and tells what is missing between them: whoever hands
 * records on must not pass over a damaged or a removed one in silence. Memory is one record.
 */
public final class RecordWalk implements Closeable {
    /** What the walk came upon. */
    public enum Found {
        /** The next record. */
        RECORD,
        /** Records that are not there: {@link #missingFrom} to {@link #missingTo}; behind them it goes on. */
        MISSING,
        /** Nothing more so far; it may be asked again. */
        END
    }

    private final LogCursor cursor;
    private long next;
    private boolean begun;
    private boolean pending;
    private long missingFrom;
    private String damage = "";

    private RecordWalk(LogCursor cursor, long next, boolean begun) {
        this.cursor = cursor;
        this.next = next;
        this.begun = begun;
    }

    /** Begins at the first record that is there, whatever its number. */
    public static RecordWalk fromFirst(AuditFolder folder) {
        return new RecordWalk(new LogCursor(folder), 0, false);
    }

    /** Begins at a number; where the log begins behind it, what lies between is missing. */
    public static RecordWalk from(AuditFolder folder, long seq) throws IOException {
        return new RecordWalk(Finder.before(folder, seq), seq, true);
    }

    /** Goes on, to records before {@code bound} and not behind. */
    public Found next(long bound) throws IOException {
        if (pending) {
            return take(bound);
        }
        while (true) {
            switch (cursor.next()) {
                case RECORD -> {
                    if (begun && cursor.seq() < next) {
                        continue;
                    }
                    pending = true;
                    return take(bound);
                }
                case DAMAGED -> damage = cursor.damage();
                case END, TORN -> {
                    return Found.END;
                }
            }
        }
    }

    /** Hands out the record that was read, and before it what is missing up to it. */
    private Found take(long bound) {
        long seq = cursor.seq();
        // Where damage comes before the first record, nobody knows which records it was.
        begun |= !damage.isEmpty();
        if (seq >= bound) {
            return Found.END;
        }
        if (begun && seq > next) {
            missingFrom = next;
            next = seq;
            return Found.MISSING;
        }
        pending = false;
        begun = true;
        damage = "";
        next = seq + 1;
        return Found.RECORD;
    }

    /** The number that is looked for next. */
    public long position() {
        return next;
    }

    /** The number of the record. */
    public long seq() {
        return cursor.seq();
    }

    public byte[] buffer() {
        return cursor.buffer();
    }

    public int lineOffset() {
        return cursor.lineOffset();
    }

    public int lineLength() {
        return cursor.lineLength();
    }

    /** The bytes of the record, copied. */
    public byte[] line() {
        return Arrays.copyOfRange(buffer(), lineOffset(), lineOffset() + lineLength());
    }

    /** The first number that is missing. */
    public long missingFrom() {
        return missingFrom;
    }

    /** The first number that is there again. */
    public long missingTo() {
        return next;
    }

    /** What was found in the place of what is missing; empty where simply nothing is. */
    public String damage() {
        return damage;
    }

    @Override
    public void close() throws IOException {
        cursor.close();
    }
}
