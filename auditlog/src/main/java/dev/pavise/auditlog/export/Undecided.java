package dev.pavise.auditlog.export;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records in their order that wait until it is known whether an outcome follows. Holds numbers only. */
final class Undecided {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Long, Waiting> byRequest = new HashMap<>();

    private static final class Waiting {
        private final long seq;
        private final long request;
        private boolean decided;
        private boolean struck;

        private Waiting(long seq, long request, boolean decided) {
            this.seq = seq;
            this.request = request;
            this.decided = decided;
        }
    }

    /**
     * Adds a record.
     *
     * @param request whose outcome it waits for; 0 where it waits for none
     */
    void add(long seq, long request) {
        Waiting added = new Waiting(seq, request, request == 0);
        waiting.add(added);
        if (request != 0) {
            byRequest.put(request, added);
        }
    }

    /** The outcome of a request is there. */
    void strike(long request) {
        Waiting found = byRequest.remove(request);
        if (found != null) {
            found.struck = true;
        }
    }

    /** No outcome is waited for any longer by records before this number. */
    void giveUpBefore(long seq) {
        for (Waiting each : waiting) {
            if (each.seq >= seq) {
                return;
            }
            each.decided = true;
        }
    }

    /** No more records come. */
    void end() {
        giveUpBefore(Long.MAX_VALUE);
    }

    /** Takes the first record, where it is decided that it belongs to the answer; -1 where there is none yet. */
    long takeDecided() {
        while (true) {
            @Nullable Waiting first = waiting.peek();
            if (first == null || !(first.struck || first.decided)) {
                return -1;
            }
            waiting.remove();
            byRequest.remove(first.request, first);
            if (!first.struck) {
                return first.seq;
            }
        }
    }

    /** The number of the first that waits, or else the one given. */
    long first(long otherwise) {
        @Nullable Waiting first = waiting.peek();
        return first == null ? otherwise : first.seq;
    }
}
