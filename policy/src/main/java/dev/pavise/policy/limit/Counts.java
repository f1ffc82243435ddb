package dev.pavise.policy.limit;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What each key of one limit has used, for a bounded number of keys. A key goes only when it is back to its whole burst,
 * which is the same as never having been seen. Where all are in use, newcomers share one overflow cell: they are limited
 * together, and nobody gets out of a limit by making up keys.
 */
final class Counts {
    /** In a cell that has left the map: whoever holds it has to look its key up again. */
    static final long EVICTED = -1;

    /** How many keys a newcomer looks at for one that can go; more would let a flood of keys buy work. */
    private static final int LOOKS = 32;

    /** The time, in nanoseconds of the limits' clock, up to which a key has used its share. */
    static final class Cell extends AtomicLong {
        private static final long serialVersionUID = 1;

        Cell(long used) {
            super(used);
        }
    }

    private final ConcurrentHashMap<Comparable<?>, Cell> cells = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final Cell overflow = new Cell(0);
    private final ReentrantLock sweeping = new ReentrantLock();
    private final int maxKeys;
    private Iterator<Map.Entry<Comparable<?>, Cell>> hand = cells.entrySet().iterator();

    Counts(int maxKeys) {
        this.maxKeys = maxKeys;
    }

    /** The cell of the key, or the shared one where there is no room for another key. */
    Cell cell(Comparable<?> key, long now) {
        Cell cell = cells.get(key);
        return cell != null ? cell : newCell(key, now);
    }

    /** What the key has used; a key not seen counts as the overflow where the table is full. */
    long used(Comparable<?> key) {
        Cell cell = cells.get(key);
        if (cell != null) {
            return Math.max(cell.get(), 0);
        }
        return size.get() >= maxKeys ? overflow.get() : 0;
    }

    /** Helps out of the map what was evicted, so that nobody waits for whoever evicted it. */
    void drop(Comparable<?> key, Cell evicted) {
        cells.remove(key, evicted);
    }

    private Cell newCell(Comparable<?> key, long now) {
        if (size.incrementAndGet() > maxKeys && !sweep(now)) {
            size.decrementAndGet();
            return overflow;
        }
        // Whoever was in the overflow until now does not start afresh by leaving it.
        Cell made = new Cell(overflow.get());
        Cell present = cells.putIfAbsent(key, made);
        if (present == null) {
            return made;
        }
        size.decrementAndGet();
        return present;
    }

    /** Lets one key go that is back to its whole burst. Goes round the table a few steps at a time. */
    private boolean sweep(long now) {
        if (!sweeping.tryLock()) {
            return false;
        }
        try {
            for (int looks = 0; looks < LOOKS; looks++) {
                if (!hand.hasNext()) {
                    hand = cells.entrySet().iterator();
                    if (!hand.hasNext()) {
                        return false;
                    }
                }
                Map.Entry<Comparable<?>, Cell> entry = hand.next();
                long used = entry.getValue().get();
                if (used != EVICTED && used <= now && entry.getValue().compareAndSet(used, EVICTED)) {
                    drop(entry.getKey(), entry.getValue());
                    size.decrementAndGet();
                    return true;
                }
            }
            return false;
        } finally {
            sweeping.unlock();
        }
    }
}
