package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.RecordBody;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Callers encode, publish, and then either find their record written by somebody else or take the lock and write for all that have
 * published (Hendler, Incze, Shavit, Tzafrir: Flat combining, 2010).
 */
final class Combining implements Design {
    private static final int SPINS = 100;

    /** What one thread has published. */
    private static final class Slot {
        private final RecordBody body = new RecordBody();
        private @Nullable Stored then;
        private @Nullable Slot next;
        private long seq;
        private volatile boolean written;
    }

    private final Queue queue;
    private final @Nullable Commit commit;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable Slot> published = new AtomicReference<>();
    private final ThreadLocal<Slot> slots = ThreadLocal.withInitial(Slot::new);

    Combining(Path folder, boolean disk) {
        queue = new Queue(folder, disk);
        commit = disk ? new Commit(queue) : null;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // whoever holds the lock may need this processor to go on
    public void append(AuditRecord record, Stored then) throws IOException {
        Slot slot = slots.get();
        slot.body.write(record);
        slot.then = then;
        slot.written = false;
        publish(slot);
        for (int spins = 0; !slot.written; spins++) {
            if (lock.tryLock()) {
                try {
                    combine();
                } finally {
                    lock.unlock();
                }
            } else if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        if (commit == null) {
            then.stored(slot.seq);
        }
    }

    private void publish(Slot slot) {
        Slot newest = published.get();
        slot.next = newest;
        while (!published.compareAndSet(newest, slot)) {
            newest = published.get();
            slot.next = newest;
        }
    }

    private void combine() throws IOException {
        Slot first = oldestFirst(published.getAndSet(null));
        while (first != null) {
            Slot slot = first;
            first = slot.next;
            Stored then = slot.then;
            slot.seq = queue.write(slot.body);
            if (commit != null && then != null) {
                commit.await(slot.seq, then);
            }
            slot.written = true;
        }
    }

    private static @Nullable Slot oldestFirst(@Nullable Slot newest) {
        Slot turned = null;
        Slot rest = newest;
        while (rest != null) {
            Slot next = rest.next;
            rest.next = turned;
            turned = rest;
            rest = next;
        }
        return turned;
    }

    @Override
    public long syncs() {
        return commit == null ? 0 : commit.syncs();
    }

    @Override
    public long bytes() {
        return queue.bytes();
    }

    @Override
    public void close() throws IOException {
        if (commit != null) {
            commit.close();
        }
        queue.close();
    }
}
