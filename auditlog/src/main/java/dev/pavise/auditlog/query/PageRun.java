package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts one page together. Used once. */
final class PageRun implements Closeable {
    /** A page ends when it holds this much, whatever its limit. */
    private static final long PAGE_BYTES = 4 << 20;

    /** A page ends when this many records were read for it, however few were found. */
    private static final long MOST_READ = 4_000_000;

    private static final int LEAST_STRETCH = 256;
    private static final int MOST_STRETCH = 16_384;

    private final AuditQuery query;
    private final Filter filter;
    private final Visible visible;
    private final Chapters chapters;
    private final Walk walk;
    private final LogReader reader;
    private final Outcomes outcomes;
    private final long size;
    private final RecordLine line = new RecordLine();
    private final List<Found> found = new ArrayList<>();
    private long bytes;
    private long last;

    PageRun(AuditFolder folder, @Nullable AuditIndex index, AuditQuery query, Visible visible, long first, long size) {
        this.query = query;
        this.filter = new Filter(query);
        this.visible = visible;
        this.size = size;
        this.chapters = new Chapters(index);
        this.walk = new Walk(chapters, filter, first, size);
        this.reader = new LogReader(folder);
        this.outcomes = new Outcomes(folder, index, first, size);
    }

    AuditPage newestFirst() throws IOException {
        long end = query.cursor < 0 ? size : Math.min(size, query.cursor);
        int least = Math.clamp(Integer.highestOneBit(query.limit), LEAST_STRETCH, MOST_STRETCH);
        int most = least;
        Stretch stretch = walk.before(end, most);
        while (stretch != null) {
            if (reader.read() >= MOST_READ) {
                return page(stretch.to());
            }
            Tail tail = new Tail(query.limit - found.size() + 1);
            reader.read(stretch, tail::record);
            for (Found record : List.copyOf(known(tail.kept)).reversed()) {
                if (isFull()) {
                    return page(found.getLast().seq());
                }
                take(record);
            }
            most = tail.kept.isEmpty() ? Math.min(MOST_STRETCH, most * 2) : least;
            stretch = walk.before(tail.lower(stretch), most);
        }
        return page(-1);
    }

    /** The last records of a stretch that match, as many as are needed and as memory allows. */
    private final class Tail {
        private final Deque<Found> kept = new ArrayDeque<>();
        private final int needed;
        private long keptBytes;
        private boolean dropped;
        private boolean any;

        private Tail(int needed) {
            this.needed = needed;
        }

        private boolean record(LogCursor at) {
            any = true;
            if (matches(at)) {
                Found record = Found.of(at, line);
                kept.addLast(record);
                keptBytes += record.line().length;
                while (kept.size() > 1 && (kept.size() > needed || keptBytes > PAGE_BYTES)) {
                    keptBytes -= kept.removeFirst().line().length;
                    dropped = true;
                }
            }
            return true;
        }

        /** What is to be looked at next lies before this. */
        private long lower(Stretch stretch) {
            if (dropped) {
                return kept.getFirst().seq();
            }
            // In a gap the search goes on at the last record before it, and not stretch by stretch.
            return any || stretch.place() != 0 ? stretch.from() : Math.min(stretch.from(), reader.lastBefore() + 1);
        }
    }

    AuditPage oldestFirst() throws IOException {
        Stretch stretch = walk.from(Math.max(0, query.cursor));
        while (stretch != null) {
            if (reader.read() >= MOST_READ) {
                return page(stretch.from());
            }
            List<Found> matching = new ArrayList<>();
            int needed = query.limit - found.size() + 1;
            long[] length = {0};
            last = stretch.to() - 1;
            reader.read(stretch, at -> {
                if (matches(at)) {
                    matching.add(Found.of(at, line));
                    length[0] += at.lineLength();
                    last = at.seq();
                    return matching.size() < needed && length[0] < PAGE_BYTES;
                }
                return true;
            });
            boolean stopped = matching.size() == needed || length[0] >= PAGE_BYTES;
            for (Found record : known(matching)) {
                if (isFull()) {
                    return page(found.getLast().seq() + 1);
                }
                take(record);
            }
            long next = stopped ? last + 1 : stretch.to();
            boolean gap = !stopped && stretch.place() == 0 && reader.firstBehind() != Long.MAX_VALUE;
            stretch = walk.from(gap ? reader.firstBehind() : next);
        }
        return page(-1);
    }

    private boolean isFull() {
        return found.size() == query.limit || bytes >= PAGE_BYTES;
    }

    private void take(Found record) {
        found.add(record);
        bytes += record.line().length;
    }

    private boolean matches(LogCursor cursor) {
        return line.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength())
                && filter.matches(line)
                && (visible.isAll() || Visible.safely(visible, cursor.line()));
    }

    /** Where only unknown outcomes were asked for, intents whose outcome is known are taken out. */
    private Collection<Found> known(Collection<Found> matching) throws IOException {
        if (!filter.unknownOnly() || matching.isEmpty()) {
            return matching;
        }
        Set<Long> open = outcomes.openAmong(matching);
        return matching.stream()
                .filter(record -> !record.isIntent() || open.contains(record.seq()))
                .toList();
    }

    private AuditPage page(long next) throws IOException {
        Set<Long> open = query.tellOpen ? outcomes.openAmong(found) : Set.of();
        List<AuditPage.Row> rows = found.stream()
                .map(record -> new AuditPage.Row(record.seq(), record.line(), open.contains(record.seq())))
                .toList();
        return new AuditPage(rows, next < 0 ? null : AuditQuery.cursor(next));
    }

    @Override
    public void close() throws IOException {
        chapters.close();
        reader.close();
    }
}
