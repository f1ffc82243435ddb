package dev.pavise.auditlog.store;

import dev.pavise.auditlog.Retained;
import dev.pavise.auditlog.Retained.Reason;
import dev.pavise.auditlog.codec.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which of the oldest segments go. Pure. The newest segment never goes, nor records that are not signed, and a cut is only made
 * where a signed tree stands: where somebody damaged that, it is made before an earlier segment instead.
 *
 * <p>How old a segment is, is judged by the signed times at which the segments after it began, and never by its records, which
 * whoever can write the folder could make older. Times that were taken while the clock was wrong are not believed alone: one
 * that lies in the future gives way to the next that does not, and none is earlier than those before it.
 *
 * @param stays the segment that is the first one left
 * @param cut the tree from which the rest verifies
 * @param goes the segments before it
 */
record RetentionPlan(Part stays, Start cut, List<Part> goes, Reason reason) {

    RetentionPlan {
        goes = List.copyOf(goes);
    }

    /** How many of the oldest segments hold only records that are older than this. */
    static int byAge(List<Part> parts, Duration age, Instant now) {
        Instant known = Instant.MIN;
        int old = 0;
        for (int i = 0; i + 1 < parts.size(); i++) {
            Optional<Instant> left = leftAt(parts, i, now);
            if (left.isEmpty()) {
                break;
            }
            known = left.get().isAfter(known) ? left.get() : known;
            if (!known.isBefore(now.minus(age))) {
                break;
            }
            old = i + 1;
        }
        return old;
    }

    /** When a segment had all its records: the time at which the next one began, if it can be believed, else a later one's. */
    private static Optional<Instant> leftAt(List<Part> parts, int index, Instant now) {
        return parts.subList(index + 1, parts.size()).stream()
                .flatMap(part -> part.start().stream())
                .map(Start::time)
                .filter(time -> !time.isAfter(now))
                .findFirst();
    }

    /** How many of the oldest segments have to go so that the rest takes no more than this. */
    static int bySize(List<Part> parts, long most) {
        long bytes = bytes(parts);
        int over = 0;
        while (bytes > most && over + 1 < parts.size()) {
            bytes -= parts.get(over++).bytes();
        }
        return over;
    }

    static long bytes(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The largest cut that takes no more than the oldest {@code count} segments and no record from {@code bound} on. */
    static Optional<RetentionPlan> of(List<Part> parts, int count, long bound, Reason reason) {
        for (int i = count; i > 0; i--) {
            Part stays = parts.get(i);
            if (stays.start().isPresent() && stays.first() > 0 && stays.first() <= bound) {
                return Optional.of(new RetentionPlan(stays, stays.start().get(), parts.subList(0, i), reason));
            }
        }
        return Optional.empty();
    }

    /** What the plan removes, in a log that begins with {@code firstLeft}. */
    Retained removes(long firstLeft) {
        return new Retained(firstLeft, stays.first(), goes.size(), bytes(goes), reason);
    }
}
