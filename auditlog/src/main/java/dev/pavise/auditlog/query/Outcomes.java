package dev.pavise.auditlog.query;

import dev.pavise.auditlog.index.AuditIndex;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.RecordLine.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which intents have no outcome: none of the same request among the {@link #LOOK_AHEAD} records behind them. By the index
 * where there is one; what it does not cover is read, once for all intents that are near each other.
 */
final class Outcomes {
    /** How many records behind an intent its outcome is looked for. */
    static final int LOOK_AHEAD = Filter.LOOK_AHEAD;

    private static final int NEARBY = 1024;
    private static final int DENSE = 64;

    private final AuditFolder folder;
    private final @Nullable AuditIndex index;
    private final long first;
    private final long size;

    Outcomes(AuditFolder folder, @Nullable AuditIndex index, long first, long size) {
        this.folder = folder;
        this.index = index;
        this.first = first;
        this.size = size;
    }

    /** The numbers of those intents whose outcome is not known. */
    Set<Long> openAmong(Collection<Found> records) throws IOException {
        Set<Long> open = new HashSet<>();
        List<Waiting> waiting = new ArrayList<>();
        for (Found intent : records) {
            if (intent.isIntent()) {
                open.add(intent.seq());
                waiting.add(new Waiting(intent.seq(), intent.seq() + 1, intent.request(), LOOK_AHEAD));
            }
        }
        waiting.sort(Comparator.comparingLong(Waiting::seq));
        try (LogReader reader = new LogReader(folder);
                Chapters chapters = new Chapters(index)) {
            if (index == null) {
                readOn(waiting, open, reader);
                return open;
            }
            if (areDense(waiting)) {
                readOn(waiting.stream().map(Waiting::nearby).toList(), open, reader);
            }
            List<Waiting> unread = new ArrayList<>();
            for (Waiting one : waiting) {
                if (open.contains(one.seq()) && lookUp(one, reader, chapters, unread)) {
                    open.remove(one.seq());
                }
            }
            unread.sort(Comparator.comparingLong(Waiting::from));
            readOn(unread, open, reader);
        }
        return open;
    }

    /** Whether intents stand so near to each other that reading on finds most outcomes sooner than looking each one up. */
    private static boolean areDense(List<Waiting> sorted) {
        return !sorted.isEmpty() && sorted.getLast().seq() - sorted.getFirst().seq() < (long) sorted.size() * DENSE;
    }

    /** An intent, and from where on its outcome has to be looked for by reading. */
    private record Waiting(long seq, long from, String request, int ahead) {
        long end() {
            return seq + 1 + ahead;
        }

        Waiting nearby() {
            return new Waiting(seq, from, request, NEARBY);
        }

        Waiting from(long later) {
            return new Waiting(seq, later, request, ahead);
        }
    }

    /** Whether the outcome was found by the index; what it does not cover is left to be read. */
    private boolean lookUp(Waiting intent, LogReader reader, Chapters chapters, List<Waiting> unread)
            throws IOException {
        if (intent.request().isEmpty()) {
            unread.add(intent);
            return false;
        }
        long end = Math.min(size, intent.end());
        RecordLine line = new RecordLine();
        boolean[] found = {false};
        Walk walk = new Walk(chapters, Filter.ofRequest(intent.request()), first, end);
        Stretch stretch = walk.from(intent.seq() + 1);
        while (stretch != null && !found[0]) {
            if (!walk.knows(stretch.from())) {
                unread.add(intent.from(stretch.from()));
                return false;
            }
            reader.read(stretch, at -> {
                found[0] |= line.read(at.buffer(), at.lineOffset(), at.lineLength())
                        && Filter.isOutcome(line)
                        && line.text(Field.REQUEST_ID).equals(intent.request());
                return !found[0];
            });
            stretch = walk.from(stretch.to());
        }
        return found[0];
    }

    /** Reads on behind those that wait, from the first of them to the last, and takes out of {@code open} whose outcome comes. */
    private void readOn(List<Waiting> sorted, Set<Long> open, LogReader reader) throws IOException {
        int next = 0;
        while (next < sorted.size()) {
            Batch batch = new Batch(sorted, next, open);
            long from = sorted.get(next).from();
            reader.read(new Stretch(from, size, 0, 0), batch::record);
            next = batch.next;
        }
    }

    /** The intents that are waited for at one place of the log. */
    private static final class Batch {
        private static final int NEAR = 4096;

        private final List<Waiting> sorted;
        private final Set<Long> open;
        private final Map<String, List<Waiting>> waiting = new HashMap<>();
        private final RecordLine line = new RecordLine();
        private int next;
        private int left;
        private long end;

        private Batch(List<Waiting> sorted, int next, Set<Long> open) {
            this.sorted = sorted;
            this.next = next;
            this.open = open;
            join(sorted.get(next).from());
        }

        /** Takes in those who wait from here on. */
        private void join(long seq) {
            while (next < sorted.size() && sorted.get(next).from() <= seq) {
                Waiting one = sorted.get(next++);
                waiting.computeIfAbsent(one.request(), request -> new ArrayList<>(1))
                        .add(one);
                left++;
                end = Math.max(end, one.end());
            }
        }

        boolean record(dev.pavise.auditlog.segment.LogCursor at) {
            join(at.seq());
            if (at.seq() >= end) {
                left = 0;
            } else if (line.read(at.buffer(), at.lineOffset(), at.lineLength()) && Filter.isOutcome(line)) {
                settle(at.seq());
            }
            // Whoever comes soon is waited for without finding the place anew.
            return left > 0 || (next < sorted.size() && sorted.get(next).from() - at.seq() < NEAR);
        }

        private void settle(long seq) {
            List<Waiting> ended = waiting.get(line.text(Field.REQUEST_ID));
            if (ended != null) {
                ended.removeIf(one -> {
                    boolean settled = seq >= one.from() && seq < one.end();
                    if (settled) {
                        open.remove(one.seq());
                        left--;
                    }
                    return settled;
                });
            }
        }
    }
}
