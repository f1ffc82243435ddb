package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.index.Chapter;
import dev.pavise.auditlog.index.Groups;
import dev.pavise.auditlog.segment.Location;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Says which stretches of the log have to be read for a filter, from either end: all of it, or where a chapter of the index can be
 * used, the groups that it names. Used by one thread at a time.
 */
final class Walk {
    private static final int MOST_GROUPS = 512;
    private static final int USUAL_LINE = 512;
    private static final int MOST_BYTES = 256 * 1024;

    private final Chapters chapters;
    private final Filter filter;
    private final long first;
    private final long end;
    private long number = -1;
    private @Nullable Chapter chapter;
    private @Nullable Groups groups;

    /**
     * @param first the first record that is still there
     * @param end behind the last
     */
    Walk(Chapters chapters, Filter filter, long first, long end) {
        this.chapters = chapters;
        this.filter = filter;
        this.first = first;
        this.end = end;
    }

    /** The next stretch at or behind a number; null where there is none. */
    @Nullable
    Stretch from(long seq) {
        long at = Math.max(seq, first);
        while (at < end) {
            Groups candidates = candidates(at >> Chapter.HEIGHT);
            long start = number << Chapter.HEIGHT;
            long stop = Math.min(end, start + Chapter.RECORDS);
            if (candidates == null) {
                return new Stretch(at, stop, 0, MOST_BYTES);
            }
            int group = candidates.from((int) ((at - start) / Groups.RECORDS));
            long from = Math.max(at, start + (long) group * Groups.RECORDS);
            if (group < Groups.COUNT && from < stop) {
                return stretch(from, Math.min(stop, end(start, candidates.runEnd(group, MOST_GROUPS))));
            }
            at = start + Chapter.RECORDS;
        }
        return null;
    }

    /** The last stretch before a number, with at most so many records; null where there is none. */
    @Nullable
    Stretch before(long seq, int most) {
        long at = Math.min(seq, end);
        while (at > first) {
            Groups candidates = candidates((at - 1) >> Chapter.HEIGHT);
            long start = number << Chapter.HEIGHT;
            if (candidates == null) {
                return new Stretch(Math.max(first, Math.max(start, (at - 1) / most * most)), at, 0, MOST_BYTES);
            }
            int group = candidates.before((int) ((at - start + Groups.RECORDS - 1) / Groups.RECORDS));
            if (group >= 0 && end(start, group + 1) > first) {
                int run = candidates.runStart(group, Math.max(1, most / Groups.RECORDS));
                return stretch(Math.max(first, end(start, run)), Math.min(at, end(start, group + 1)));
            }
            at = start;
        }
        return null;
    }

    /** Whether the index says of this record's chapter where to look. */
    boolean knows(long seq) {
        return candidates(seq >> Chapter.HEIGHT) != null;
    }

    private static long end(long start, int group) {
        return start + (long) group * Groups.RECORDS;
    }

    private Stretch stretch(long from, long to) {
        int group = (int) ((from & (Chapter.RECORDS - 1)) / Groups.RECORDS);
        long place = place(group);
        if (place == 0) {
            return new Stretch(from, to, 0, MOST_BYTES);
        }
        int behind = (int) (((to - 1) & (Chapter.RECORDS - 1)) / Groups.RECORDS) + 1;
        long next = behind == Groups.COUNT ? 0 : place(behind);
        boolean together = Location.segment(next) == Location.segment(place) && next > place;
        long bytes = together ? next - place : (to - from + Groups.RECORDS) * USUAL_LINE;
        return new Stretch(from, to, place, (int) Math.min(bytes, MOST_BYTES));
    }

    /** Where a group is; 0 where the index cannot tell. */
    private long place(int group) {
        Chapter of = chapter;
        try {
            return of == null ? 0 : of.place(group);
        } catch (IOException damaged) {
            AuditIndex index = chapters.index();
            if (index != null) {
                index.told(number);
            }
            return 0;
        }
    }

    private @Nullable Groups candidates(long wanted) {
        if (wanted != number) {
            number = wanted;
            chapter = chapters.chapter(wanted).orElse(null);
            groups = null;
            Chapter found = chapter;
            AuditIndex index = chapters.index();
            if (found != null && index != null) {
                groups = index.find(found, filter.wanted(), filter.fromText(), filter.toText(), filter.unknownOnly())
                        .orElse(null);
            }
        }
        return groups;
    }
}
