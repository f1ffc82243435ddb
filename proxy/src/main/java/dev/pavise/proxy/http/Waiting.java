package dev.pavise.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What waits for its moment in a turn of an event loop, in the order in which it came. Used by its event loop only. */
final class Waiting<T> {
    private final List<T> line = new ArrayList<>();

    boolean isEmpty() {
        return line.isEmpty();
    }

    void add(T one) {
        line.add(one);
    }

    /** Tells each, and what comes meanwhile too; where one fails, those behind it go on waiting. */
    void tellAll(Consumer<? super T> tell) {
        int done = 0;
        try {
            while (done < line.size()) {
                tell.accept(line.get(done++));
            }
        } finally {
            if (done == line.size()) {
                line.clear();
            } else {
                line.subList(0, done).clear();
            }
        }
    }
}
