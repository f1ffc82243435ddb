package dev.pavise.auditlog.query;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads stretches of the log, wherever they are. What the index says of places is tried, and found again where it does not fit. */
final class LogReader implements Closeable {
    /** Is given each record of a stretch while it stands in the cursor's buffer; says whether to go on. */
    @FunctionalInterface
    interface Visitor {
        boolean record(LogCursor at) throws IOException;
    }

    private static final long NONE = -1;

    private final AuditFolder folder;
    private @Nullable LogCursor cursor;
    private long at = NONE;
    private long last;
    private long behind;
    private long read;

    LogReader(AuditFolder folder) {
        this.folder = folder;
    }

    /** Shows a visitor the records of a stretch, in their order. */
    void read(Stretch stretch, Visitor visitor) throws IOException {
        last = NONE;
        behind = Long.MAX_VALUE;
        LogCursor reading = begin(stretch);
        boolean placed = stretch.place() != 0;
        Step step = reading.next();
        if (placed && (step != Step.RECORD || !near(reading.seq(), stretch))) {
            reading = find(stretch.from());
            step = reading.next();
        }
        for (; step == Step.RECORD || step == Step.DAMAGED; step = reading.next()) {
            if (step == Step.DAMAGED) {
                continue;
            }
            read++;
            if (reading.seq() >= stretch.to()) {
                behind = reading.seq();
                at = NONE;
                return;
            }
            if (reading.seq() < stretch.from()) {
                last = reading.seq();
            } else if (!visitor.record(reading)) {
                at = NONE;
                return;
            } else if (reading.seq() == stretch.to() - 1) {
                at = stretch.to();
                return;
            }
        }
        at = NONE;
    }

    private static boolean near(long seq, Stretch stretch) {
        return seq < stretch.to() && seq >= stretch.from() - dev.pavise.auditlog.index.Groups.RECORDS;
    }

    private LogCursor begin(Stretch stretch) throws IOException {
        LogCursor reading = cursor;
        if (reading != null && at == stretch.from()) {
            return reading;
        }
        if (stretch.place() == 0) {
            return find(stretch.from());
        }
        if (reading == null) {
            reading = new LogCursor(folder, stretch.place());
            cursor = reading;
        }
        reading.seek(stretch.place(), stretch.bytes());
        return reading;
    }

    private LogCursor find(long seq) throws IOException {
        close();
        LogCursor found = Finder.before(folder, seq);
        cursor = found;
        return found;
    }

    /** The number of the last record before the stretch that was come upon; -1 where there was none. */
    long lastBefore() {
        return last;
    }

    /** The number of the first record behind the stretch, where that was come upon. */
    long firstBehind() {
        return behind;
    }

    /** How many records were read so far. */
    long read() {
        return read;
    }

    @Override
    public void close() throws IOException {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
