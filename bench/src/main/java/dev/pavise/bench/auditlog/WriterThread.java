package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.RecordBody;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread writes all: callers encode into the slots of a ring, which many fill and one empties. What the writer finds waiting it
 * writes, syncs where that is asked for, and reports.
 */
final class WriterThread implements Design {
    private static final int SLOTS = 1 << 12;
    private static final int SPINS = 200;

    /** A place in the ring. Its turn says for which round it can be filled ({@code n}) or emptied ({@code n + 1}). */
    private static final class Slot {
        private final RecordBody body = new RecordBody();
        private @Nullable Stored then;
        private long seq;
        private volatile long turn;
    }

    private final Queue queue;
    private final boolean disk;
    private final Slot[] slots = new Slot[SLOTS];
    private final AtomicLong claimed = new AtomicLong();
    private final Thread thread = Thread.ofPlatform().name("writer").unstarted(this::run);
    private long done;
    private volatile boolean parked;
    private volatile boolean stopping;
    private final AtomicLong syncs = new AtomicLong();

    WriterThread(Path folder, boolean disk) {
        this.queue = new Queue(folder, disk);
        this.disk = disk;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
            slots[i].turn = i;
        }
        thread.start();
    }

    @Override
    public void append(AuditRecord record, Stored then) {
        long place = claimed.getAndIncrement();
        Slot slot = slots[(int) (place & (SLOTS - 1))];
        while (slot.turn != place) {
            Thread.onSpinWait();
        }
        slot.body.write(record);
        slot.then = then;
        slot.turn = place + 1;
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        int spins = 0;
        while (true) {
            long from = done;
            try {
                done = writeFrom(from);
                if (done > from) {
                    report(from);
                    spins = 0;
                    continue;
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            if (stopping) {
                return;
            }
            spins = idle(spins);
        }
    }

    private long writeFrom(long from) throws IOException {
        long place = from;
        while (place - from < SLOTS) {
            Slot slot = slots[(int) (place & (SLOTS - 1))];
            if (slot.turn != place + 1) {
                break;
            }
            slot.seq = queue.write(slot.body);
            place++;
        }
        return place;
    }

    private void report(long from) throws IOException {
        if (disk) {
            queue.file().force(false);
            syncs.incrementAndGet();
        }
        for (long place = from; place < done; place++) {
            Slot slot = slots[(int) (place & (SLOTS - 1))];
            Stored then = slot.then;
            long seq = slot.seq;
            slot.turn = place + SLOTS;
            if (then != null) {
                then.stored(seq);
            }
        }
    }

    private int idle(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
            return spins + 1;
        }
        parked = true;
        if (slots[(int) (done & (SLOTS - 1))].turn != done + 1 && !stopping) {
            LockSupport.park(this);
        }
        parked = false;
        return 0;
    }

    @Override
    public long syncs() {
        return syncs.get();
    }

    @Override
    public long bytes() {
        return queue.bytes();
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        queue.close();
    }
}
