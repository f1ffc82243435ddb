package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: one thread syncs the file being written, and then reports all the records that were appended before the sync
 * began. While one sync runs the next group gathers, so throughput grows with the load.
 *
 * <p>After a sync has failed nobody knows what the disk holds, as the kernel may have dropped the pages: nothing is reported
 * as stored any more.
 */
final class Syncer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Syncer.class);

    private record Waiting(long seq, Stored then) {}

    private final int most;
    private final Consumer<AuditUnavailable> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private List<FileChannel> files = new ArrayList<>();
    private boolean stopping;
    private volatile long synced;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-sync").unstarted(this::run);

    /** Tells {@code failed} once that syncing has failed for good. */
    Syncer(long size, int most, Consumer<AuditUnavailable> failed) {
        this.synced = size;
        this.most = most;
        this.failed = failed;
    }

    void start() {
        thread.start();
    }

    /** From now on this file is written; the one before is synced once more. */
    void file(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        AtomicFile.syncFolder(file);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            AtomicFile.syncFolder(folder);
        }
        lock.lock();
        try {
            files.add(channel);
        } finally {
            lock.unlock();
        }
    }

    boolean full() {
        lock.lock();
        try {
            return waiting.size() >= most;
        } finally {
            lock.unlock();
        }
    }

    /** Called in the order of the sequence numbers. */
    void await(long seq, Stored then) {
        lock.lock();
        try {
            waiting.add(new Waiting(seq, then));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** How many records are known to be on the disk. */
    long synced() {
        return synced;
    }

    private void run() {
        while (true) {
            ArrayDeque<Waiting> group;
            List<FileChannel> dirty;
            lock.lock();
            try {
                while (waiting.isEmpty() && !stopping) {
                    changed.awaitUninterruptibly();
                }
                if (waiting.isEmpty()) {
                    closeAll(files);
                    return;
                }
                group = waiting;
                waiting = new ArrayDeque<>();
                dirty = files;
                files = new ArrayList<>(List.of(dirty.getLast()));
            } finally {
                lock.unlock();
            }
            sync(group, dirty);
        }
    }

    private void sync(ArrayDeque<Waiting> group, List<FileChannel> dirty) {
        AuditUnavailable why = null;
        try {
            for (FileChannel file : dirty) {
                file.force(false);
            }
            synced = group.getLast().seq + 1;
        } catch (IOException e) {
            why = new AuditUnavailable(AuditUnavailable.Reason.BROKEN, "syncing the log failed: " + e.getMessage());
            failed.accept(why);
        }
        closeAll(dirty.subList(0, dirty.size() - 1));
        for (Waiting record : group) {
            report(record, why);
        }
    }

    private static void report(Waiting record, @Nullable AuditUnavailable why) {
        try {
            if (why == null) {
                record.then.stored(record.seq);
            } else {
                record.then.unavailable(why);
            }
        } catch (RuntimeException e) {
            log.error("what waited for record {} failed", record.seq, e);
        }
    }

    private static void closeAll(List<FileChannel> channels) {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                log.warn("a synced file cannot be closed: {}", e.getMessage());
            }
        }
    }

    /** Syncs and reports what still waits. */
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
