package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Group commit on a thread of its own, for the designs that write on the calling threads. */
final class Commit implements AutoCloseable {
    private record Waiting(long seq, Stored then) {}

    private final Queue queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread = Thread.ofPlatform().name("commit").unstarted(this::run);
    private List<Waiting> waiting = new ArrayList<>();
    private boolean stopping;
    private final AtomicLong syncs = new AtomicLong();

    Commit(Queue queue) {
        this.queue = queue;
        thread.start();
    }

    void await(long seq, Stored then) {
        lock.lock();
        try {
            waiting.add(new Waiting(seq, then));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    long syncs() {
        return syncs.get();
    }

    private void run() {
        while (true) {
            List<Waiting> group;
            lock.lock();
            try {
                while (waiting.isEmpty() && !stopping) {
                    changed.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    return;
                }
                group = waiting;
                waiting = new ArrayList<>();
            } finally {
                lock.unlock();
            }
            try {
                queue.file().force(false);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            syncs.incrementAndGet();
            group.forEach(record -> record.then.stored(record.seq));
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
