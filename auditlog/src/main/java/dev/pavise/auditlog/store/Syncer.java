package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Stored;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * began. While one sync runs the next group gathers, so throughput grows with the load. A file that is written no more is synced
 * once, whether a record waits or not; so what is before the newest segment never needs a sync. Where nobody waits nothing is done.
 *
 * <p>After a sync has failed nobody knows what the disk holds, as the kernel may have dropped the pages, and a later sync of the
 * same file may well succeed: nothing is reported as stored any more.
 */
final class Syncer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Syncer.class);

    /** Makes a file's bytes survive the loss of power. */
    @FunctionalInterface
    interface Force {
        /** The operating system's {@code fdatasync}. */
        Force DATA = file -> file.force(false);

        void force(FileChannel file) throws IOException;
    }

    /** A file that may hold bytes which are not on the disk. */
    private record Written(FileChannel channel, Path file) {}

    private final int most;
    private final Force force;
    private final Consumer<AuditUnavailable> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private WaitingGroup gathering = new WaitingGroup();
    private WaitingGroup spare = new WaitingGroup();
    private List<Written> files = new ArrayList<>();
    private boolean stopping;
    private @Nullable Path named; // the newest file whose name is known to be on the disk; of the syncing thread
    private volatile long synced;
    private volatile @Nullable AuditUnavailable broken;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("audit-sync").unstarted(this::run);

    /** Tells {@code failed} once that syncing has failed for good. */
    Syncer(long size, int most, Force force, Consumer<AuditUnavailable> failed) {
        this.synced = size;
        this.most = most;
        this.force = force;
        this.failed = failed;
    }

    void start() {
        thread.start();
    }

    /** From now on this file is written; the one before is synced once more. */
    void file(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        lock.lock();
        try {
            files.add(new Written(channel, file));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Why no record can wait for the disk now, or null. */
    @Nullable
    AuditUnavailable refusal() {
        AuditUnavailable why = broken;
        if (why != null) {
            return why;
        }
        lock.lock();
        try {
            return gathering.count() < most
                    ? null
                    : new AuditUnavailable(Reason.OVERLOADED, most + " records wait for the disk");
        } finally {
            lock.unlock();
        }
    }

    /** Reports a record that was written, once it is on the disk. Called in the order of the sequence numbers. */
    void await(long seq, Stored then) {
        lock.lock();
        try {
            gathering.add(seq, then);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** How many records are known to be on the disk, as far as somebody waited for them. */
    long synced() {
        return synced;
    }

    private void run() {
        while (true) {
            WaitingGroup group;
            List<Written> dirty;
            lock.lock();
            try {
                while (gathering.isEmpty() && files.size() <= 1 && !stopping) {
                    changed.awaitUninterruptibly();
                }
                if (gathering.isEmpty() && stopping) {
                    closeAll(files);
                    return;
                }
                group = gathering;
                gathering = spare;
                dirty = List.copyOf(files); // a segment may be begun while these are synced
                if (dirty.size() > 1) {
                    files = new ArrayList<>(List.of(dirty.getLast()));
                }
            } finally {
                lock.unlock();
            }
            commit(group, dirty);
            spare = group;
        }
    }

    private void commit(WaitingGroup group, List<Written> dirty) {
        if (broken == null) {
            try {
                sync(dirty, group.isEmpty());
                synced = group.isEmpty() ? synced : group.lastSeq() + 1;
            } catch (IOException | RuntimeException | Error e) {
                AuditUnavailable why = new AuditUnavailable(Reason.BROKEN, "syncing the log failed: " + e.getMessage());
                broken = why;
                failed.accept(why);
            }
        }
        if (dirty.size() > 1) {
            closeAll(dirty.subList(0, dirty.size() - 1));
        }
        group.report(broken);
    }

    /** Syncs files in their order, the newest only where somebody waits for it. */
    private void sync(List<Written> dirty, boolean onlyLeft) throws IOException {
        int count = onlyLeft ? dirty.size() - 1 : dirty.size();
        for (Written written : dirty.subList(0, count)) {
            force.force(written.channel);
            if (!written.file.equals(named)) {
                AtomicFile.syncFolder(written.file);
                Path folder = written.file.toAbsolutePath().getParent();
                if (folder != null) {
                    AtomicFile.syncFolder(folder);
                }
                named = written.file;
            }
        }
    }

    private static void closeAll(List<Written> files) {
        for (Written written : files) {
            try {
                written.channel.close();
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
