package dev.pavise.runner.queue;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Waiting things in a line for each owner, of which each in turn gives one. When there is no more room, whoever has the most waiting gives up the newest
 * of it for one who has less: so nobody can fill the queue for the others, and alone everybody can use all of it. Pure, and for one thread at a time.
 */
final class FairQueue<T> {
    private final int room;
    /** In the order in which their turns come; no line is empty. */
    private final LinkedHashMap<String, ArrayDeque<T>> lines = new LinkedHashMap<>();

    private int size;

    FairQueue(int room) {
        this.room = room;
    }

    /** What became of something that wanted to wait. */
    sealed interface Offer<T> {
        /** It waits. */
        record Waits<T>() implements Offer<T> {}

        /** It waits, and this does not any more. */
        record InsteadOf<T>(T pushedOut) implements Offer<T> {}

        /** There is no room for it. */
        record Full<T>() implements Offer<T> {}
    }

    Offer<T> offer(String owner, T thing) {
        if (size < room) {
            add(owner, thing);
            return new Offer.Waits<>();
        }
        ArrayDeque<T> own = lines.get(owner);
        ArrayDeque<T> longest = null;
        int most = own == null ? 1 : own.size() + 1;
        for (ArrayDeque<T> line : lines.values()) {
            if (line.size() > most) {
                most = line.size();
                longest = line;
            }
        }
        if (longest == null) {
            return new Offer.Full<>();
        }
        T pushedOut = longest.removeLast(); // it had two at least, so it is not empty now
        size--;
        add(owner, thing);
        return new Offer.InsteadOf<>(pushedOut);
    }

    private void add(String owner, T thing) {
        lines.computeIfAbsent(owner, unknown -> new ArrayDeque<>()).addLast(thing);
        size++;
    }

    /** The next one; its owner's turn comes again after all others'. */
    Optional<T> poll() {
        Iterator<Map.Entry<String, ArrayDeque<T>>> first = lines.entrySet().iterator();
        if (!first.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<String, ArrayDeque<T>> turn = first.next();
        first.remove();
        T thing = turn.getValue().removeFirst();
        size--;
        if (!turn.getValue().isEmpty()) {
            lines.put(turn.getKey(), turn.getValue());
        }
        return Optional.of(thing);
    }

    /** Takes out what fits; whether anything did. */
    boolean removeIf(Predicate<T> fits) {
        int before = size;
        Iterator<ArrayDeque<T>> all = lines.values().iterator();
        while (all.hasNext()) {
            ArrayDeque<T> line = all.next();
            int length = line.size();
            line.removeIf(fits);
            size -= length - line.size();
            if (line.isEmpty()) {
                all.remove();
            }
        }
        return size < before;
    }

    int size() {
        return size;
    }
}
