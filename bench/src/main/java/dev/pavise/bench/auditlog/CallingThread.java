package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.RecordBody;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends on the calling thread: bodies are encoded side by side, the copy into the file happens under a lock. Whoever finds it taken tries
 * some times more before it sleeps, or sleeps at once.
 */
final class CallingThread implements Design {
    private final int spins;
    private final Queue queue;
    private final @Nullable Commit commit;
    private final ReentrantLock lock = new ReentrantLock();
    private final ThreadLocal<RecordBody> bodies = ThreadLocal.withInitial(RecordBody::new);

    CallingThread(Path folder, boolean disk, int spins) {
        this.spins = spins;
        queue = new Queue(folder, disk);
        commit = disk ? new Commit(queue) : null;
    }

    @Override
    public void append(AuditRecord record, Stored then) throws IOException {
        RecordBody body = bodies.get();
        body.write(record);
        long seq;
        take();
        try {
            seq = queue.write(body);
            if (commit != null) {
                commit.await(seq, then);
            }
        } finally {
            lock.unlock();
        }
        if (commit == null) {
            then.stored(seq);
        }
    }

    private void take() {
        for (int i = 0; i < spins; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
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
