package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.RecordLine;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts records without keeping them. */
final class Tally {
    /** Is given each record that counts. */
    @FunctionalInterface
    interface Counter {
        void count(RecordLine line, int length) throws IOException;
    }

    private final Counter counter;
    private final RecordLine line = new RecordLine();

    Tally(Counter counter) {
        this.counter = counter;
    }

    /** Counts a row; always wants more. */
    boolean row(AuditPage.Row row) throws IOException {
        byte[] bytes = row.line();
        if (line.read(bytes, 0, bytes.length)) {
            counter.count(line, bytes.length);
        }
        return true;
    }

    /** Counts what matches and may be seen. */
    void records(
            AuditFolder folder, @Nullable AuditIndex index, AuditQuery query, Visible visible, long first, long size)
            throws IOException {
        Filter filter = new Filter(query);
        try (Chapters chapters = new Chapters(index);
                LogReader reader = new LogReader(folder)) {
            Walk walk = new Walk(chapters, filter, first, size);
            Stretch stretch = walk.from(first);
            while (stretch != null) {
                reader.read(stretch, at -> {
                    if (line.read(at.buffer(), at.lineOffset(), at.lineLength())
                            && filter.matches(line)
                            && shows(visible, at.buffer(), at.lineOffset(), at.lineLength())) {
                        counter.count(line, at.lineLength());
                    }
                    return true;
                });
                boolean gap = reader.firstBehind() != Long.MAX_VALUE && stretch.place() == 0;
                stretch = walk.from(gap ? reader.firstBehind() : stretch.to());
            }
        }
    }

    private static boolean shows(Visible visible, byte[] buffer, int offset, int length) {
        return visible.isAll() || Visible.safely(visible, Arrays.copyOfRange(buffer, offset, offset + length));
    }
}
