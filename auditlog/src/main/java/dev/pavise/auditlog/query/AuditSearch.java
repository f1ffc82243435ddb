package dev.pavise.auditlog.query;

import dev.pavise.auditlog.query.AuditQuery.Order;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Extent;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Answers queries by going through the records, newest first in blocks. Memory is bounded by the page and one block. Works on a
 * log that is being written and on a folder that nobody writes.
 */
public final class AuditSearch {
    /** A page ends when it holds this much, whatever its limit. */
    private static final long PAGE_BYTES = 4 << 20;

    private final AuditFolder folder;
    private final LongSupplier bound;

    private AuditSearch(AuditFolder folder, LongSupplier bound) {
        this.folder = folder;
        this.bound = bound;
    }

    /** Searches a folder, or a copy of one, as it is. */
    public static AuditSearch offline(Path dir) {
        return new AuditSearch(new AuditFolder(dir), () -> Long.MAX_VALUE);
    }

    /** Searches the first records of a log that is being written; {@code bound} says how many there are. */
    public static AuditSearch live(AuditFolder folder, LongSupplier bound) {
        return new AuditSearch(folder, bound);
    }

    /** Takes rows one by one; says whether more are wanted. */
    @FunctionalInterface
    public interface Sink {
        boolean row(AuditPage.Row row) throws IOException;
    }

    /** One page of what the query asks for and whoever asks may see. */
    public AuditPage page(AuditQuery query, Visible visible) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * All that the query asks for and whoever asks may see, row by row; the query's limit is not used. Memory is bounded by one
     * page. Answers the cursor to go on from where the sink wanted no more.
     */
    public Optional<String> stream(AuditQuery query, Visible visible, Sink sink) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** How many records the query asks for and whoever asks may see; the query's order, cursor and limit are not used. */
    public long count(AuditQuery query, Visible visible) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The same, by spans of time and by what came of it. */
    public Histogram histogram(AuditQuery query, Visible visible, Duration bucket)
            throws IOException, Histogram.UnfitBucketException {
        throw new UnsupportedOperationException();
    }

    /** One page of what the query asks for. */
    public AuditPage page(AuditQuery query) throws IOException {
        long known = bound.getAsLong();
        long size = known == Long.MAX_VALUE ? Extent.size(folder) : known;
        Run run = new Run(query, size);
        return query.order == Order.NEWEST_FIRST ? run.newestFirst() : run.oldestFirst();
    }

    private final class Run {
        private final AuditQuery query;
        private final Filter filter;
        private final long size;
        private final RecordLine line = new RecordLine();
        private final List<Found> found = new ArrayList<>();
        private long bytes;

        private Run(AuditQuery query, long size) {
            this.query = query;
            this.filter = new Filter(query);
            this.size = size;
        }

        private AuditPage newestFirst() throws IOException {
            long end = query.cursor < 0 ? size : Math.min(size, query.cursor);
            while (end > 0) {
                long start = (end - 1) / AuditFolder.BLOCK * AuditFolder.BLOCK;
                Stretch stretch = read(start, end, Integer.MAX_VALUE);
                for (Found record : known(stretch.matching).reversed()) {
                    if (isFull()) {
                        return page(found.getLast().seq);
                    }
                    take(record);
                }
                end = stretch.before;
            }
            return page(-1);
        }

        private AuditPage oldestFirst() throws IOException {
            long start = Math.max(0, query.cursor);
            while (start < size) {
                Stretch stretch = read(start, size, query.limit - found.size() + 1);
                for (Found record : known(stretch.matching)) {
                    if (isFull()) {
                        return page(found.getLast().seq + 1);
                    }
                    take(record);
                }
                start = stretch.end;
            }
            return page(-1);
        }

        private boolean isFull() {
            return found.size() == query.limit || bytes >= PAGE_BYTES;
        }

        private void take(Found record) {
            found.add(record);
            bytes += record.line.length;
        }

        /** Reads from {@code start} to {@code end}, or to the last of so many that match. */
        private Stretch read(long start, long end, int most) throws IOException {
            List<Found> matching = new ArrayList<>();
            long earlier = -1;
            long length = 0;
            boolean any = false;
            try (LogCursor cursor = Finder.before(folder, start)) {
                for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                    if (step == Step.DAMAGED) {
                        continue;
                    }
                    if (cursor.seq() >= end) {
                        break;
                    }
                    if (cursor.seq() < start) {
                        earlier = cursor.seq();
                        continue;
                    }
                    any = true;
                    if (matches(cursor)) {
                        matching.add(Found.of(cursor, line));
                        length += cursor.lineLength();
                        if (matching.size() == most || (most < Integer.MAX_VALUE && length >= PAGE_BYTES)) {
                            return new Stretch(matching, start, cursor.seq() + 1);
                        }
                    }
                }
            }
            // In a gap the search goes on at the last record before it, and not block by block.
            return new Stretch(matching, any ? start : earlier + 1, end);
        }

        private boolean matches(LogCursor cursor) {
            return line.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength()) && filter.matches(line);
        }

        /** Where only unknown outcomes were asked for, intents whose outcome is known are taken out. */
        private List<Found> known(List<Found> matching) throws IOException {
            if (!filter.unknownOnly() || matching.isEmpty()) {
                return matching;
            }
            Set<Long> open = openAmong(matching);
            return matching.stream()
                    .filter(record -> !record.intent || open.contains(record.request))
                    .toList();
        }

        private AuditPage page(long next) throws IOException {
            Set<Long> open = openAmong(found);
            List<AuditPage.Row> rows = found.stream()
                    .map(record ->
                            new AuditPage.Row(record.seq, record.line, record.intent && open.contains(record.request)))
                    .toList();
            return new AuditPage(rows, next < 0 ? null : "s" + next);
        }

        /** The requests of those intents that no outcome follows. */
        private Set<Long> openAmong(List<Found> records) throws IOException {
            Set<Long> open = new HashSet<>();
            long first = Long.MAX_VALUE;
            long last = 0;
            for (Found record : records) {
                if (record.intent) {
                    open.add(record.request);
                    first = Math.min(first, record.seq);
                    last = Math.max(last, record.seq);
                }
            }
            if (!open.isEmpty()) {
                strikeKnown(open, first, last + Filter.LOOK_AHEAD);
            }
            return open;
        }

        private void strikeKnown(Set<Long> open, long first, long last) throws IOException {
            RecordLine later = new RecordLine();
            try (LogCursor cursor = Finder.before(folder, first)) {
                Step step = cursor.next();
                while (!open.isEmpty() && (step == Step.RECORD || step == Step.DAMAGED)) {
                    if (step == Step.RECORD && cursor.seq() >= Math.min(last, size)) {
                        break;
                    }
                    if (step == Step.RECORD
                            && later.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength())
                            && Filter.isOutcome(later)) {
                        open.remove(later.fingerprint(Field.REQUEST_ID));
                    }
                    step = cursor.next();
                }
            }
        }
    }

    /** Records that match; where to go on towards older records, and towards newer ones. */
    private record Stretch(List<Found> matching, long before, long end) {}

    private static final class Found {
        private final long seq;
        private final byte[] line;
        private final boolean intent;
        private final long request;

        private Found(long seq, byte[] line, boolean intent, long request) {
            this.seq = seq;
            this.line = line;
            this.intent = intent;
            this.request = request;
        }

        private static Found of(LogCursor cursor, RecordLine line) {
            return new Found(cursor.seq(), cursor.line(), Filter.isIntent(line), line.fingerprint(Field.REQUEST_ID));
        }
    }
}
