package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records that one sync answers for. Used again and again, so that a record that waits costs no object; by one thread at a time. */
final class WaitingGroup {
    private static final Logger log = LoggerFactory.getLogger(WaitingGroup.class);

    private long[] seqs = new long[64];
    private @Nullable Stored[] thens = new @Nullable Stored[64];
    private int count;

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(long seq, Stored then) {
        if (count == seqs.length) {
            thens = Arrays.copyOf(thens, 2 * count);
            seqs = Arrays.copyOf(seqs, 2 * count);
        }
        seqs[count] = seq;
        thens[count] = then;
        count++;
    }

    /** The number of the newest record; of a group that is not empty. */
    long lastSeq() {
        return seqs[count - 1];
    }

    /** Tells everybody what became of their record, and empties the group. */
    void report(@Nullable AuditUnavailable why) {
        for (int i = 0; i < count; i++) {
            Stored then = thens[i];
            thens[i] = null;
            if (then != null) {
                report(seqs[i], then, why);
            }
        }
        count = 0;
    }

    private static void report(long seq, Stored then, @Nullable AuditUnavailable why) {
        try {
            if (why == null) {
                then.stored(seq);
            } else {
                then.unavailable(why);
            }
        } catch (RuntimeException e) {
            log.error("what waited for record {} failed", seq, e);
        }
    }
}
