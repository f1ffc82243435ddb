package dev.pavise.runner.queue;

import java.util.concurrent.atomic.AtomicBoolean;

/** One of the places for runs at the same time. Closing it again does nothing. */
public final class Place implements AutoCloseable {
    private final RunQueue queue;
    private final AtomicBoolean free = new AtomicBoolean();

    Place(RunQueue queue) {
        this.queue = queue;
    }

    @Override
    public void close() {
        if (free.compareAndSet(false, true)) {
            queue.free();
        }
    }
}
