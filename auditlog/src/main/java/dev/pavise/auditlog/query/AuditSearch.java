package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.query.AuditQuery.Order;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Extent;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries from the log, reading no more of it than the index says can matter, and all of it where there is no index to be
 * believed. Memory is bounded by one page. Works on a log that is being written and on a folder that nobody writes; safe for use
 * by several threads.
 *
 * <p>Guarantees that each row is a line of the log that matches and that whoever asks may see. Whether lines were changed or
 * taken out of the log is for {@link dev.pavise.auditlog.verify.AuditVerifier} to say.
 */
public final class AuditSearch {
    /** How many records behind an intent its outcome is looked for. */
    static final int LOOK_AHEAD = Outcomes.LOOK_AHEAD;

    private final AuditFolder folder;
    private final LongSupplier bound;
    private final @Nullable AuditIndex index;

    private AuditSearch(AuditFolder folder, LongSupplier bound, @Nullable AuditIndex index) {
        this.folder = folder;
        this.bound = bound;
        this.index = index;
    }

    /** Searches a folder, or a copy of one, as it is, by reading all of it: without the signing key no index can be believed. */
    public static AuditSearch offline(Path dir) {
        return new AuditSearch(new AuditFolder(dir), () -> Long.MAX_VALUE, null);
    }

    /** Searches a folder by its index. */
    public static AuditSearch offline(Path dir, AuditIndex index) {
        return new AuditSearch(new AuditFolder(dir), () -> Long.MAX_VALUE, index);
    }

    /** Searches the first records of a log that is being written; {@code bound} says how many there are. */
    public static AuditSearch live(AuditFolder folder, LongSupplier bound, AuditIndex index) {
        return new AuditSearch(folder, bound, index);
    }

    /** Takes rows one by one; says whether more are wanted. */
    @FunctionalInterface
    public interface Sink {
        boolean row(AuditPage.Row row) throws IOException;
    }

    /** One page of what the query asks for. */
    public AuditPage page(AuditQuery query) throws IOException {
        return page(query, Visible.ALL);
    }

    /**
     * One page of what the query asks for and whoever asks may see. A page can end before it is full, with a cursor to go on from,
     * when it has become large or many records were read for it.
     */
    public AuditPage page(AuditQuery query, Visible visible) throws IOException {
        long size = size();
        try (PageRun run = new PageRun(folder, index, query, visible, first(), size)) {
            return query.order == Order.NEWEST_FIRST ? run.newestFirst() : run.oldestFirst();
        }
    }

    /**
     * All that the query asks for and whoever asks may see, row by row; the query's limit is not used. Memory is bounded by one
     * page. Answers the cursor to go on from where the sink wanted no more.
     */
    public Optional<String> stream(AuditQuery query, Visible visible, Sink sink) throws IOException {
        AuditQuery next = query.page(query.cursor, AuditQuery.MAX_LIMIT);
        while (true) {
            AuditPage page = page(next, visible);
            for (AuditPage.Row row : page.rows()) {
                if (!sink.row(row)) {
                    boolean newest = query.order == Order.NEWEST_FIRST;
                    return Optional.of(AuditQuery.cursor(newest ? row.seq() : row.seq() + 1));
                }
            }
            Optional<Long> cursor = page.next().flatMap(AuditQuery::parseCursor);
            if (cursor.isEmpty()) {
                return Optional.empty();
            }
            next = query.page(cursor.get(), AuditQuery.MAX_LIMIT);
        }
    }

    /** How many records the query asks for and whoever asks may see; the query's order, cursor and limit are not used. */
    public long count(AuditQuery query, Visible visible) throws IOException {
        long[] count = {0};
        tally(query, visible, (line, length) -> count[0]++);
        return count[0];
    }

    /** The same, by spans of time and by what came of it. */
    public Histogram histogram(AuditQuery query, Visible visible, Duration bucket)
            throws IOException, Histogram.UnfitBucketException {
        Bars bars = new Bars(bucket);
        tally(query, visible, (line, length) -> bars.add(line));
        return bars.histogram();
    }

    /** What the records of the query come to; {@code progress} is told now and then how many were counted. */
    public Summary summary(AuditQuery query, Visible visible, LongConsumer progress) throws IOException {
        SummaryCounter counter = new SummaryCounter(progress);
        tally(query, visible, counter::add);
        return counter.summary();
    }

    private void tally(AuditQuery query, Visible visible, Tally.Counter counter) throws IOException {
        AuditQuery all = query.page(-1, AuditQuery.MAX_LIMIT).oldestFirst();
        if (new Filter(all).unknownOnly()) {
            Tally rows = new Tally(counter);
            stream(all, visible, row -> rows.row(row));
            return;
        }
        new Tally(counter).records(folder, index, all, visible, first(), size());
    }

    /** One more than the number of the last record. */
    public long size() throws IOException {
        long known = bound.getAsLong();
        return known == Long.MAX_VALUE ? Extent.size(folder) : known;
    }

    /** The first record that is still there. */
    private long first() throws IOException {
        try (LogCursor cursor = new LogCursor(folder)) {
            Step step = cursor.next();
            while (step == Step.DAMAGED) {
                step = cursor.next();
            }
            return step == Step.RECORD ? cursor.seq() : 0;
        }
    }
}
