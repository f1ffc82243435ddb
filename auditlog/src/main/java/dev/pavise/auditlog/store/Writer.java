package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditLog;
import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.AuditUnavailable.Reason;
import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.chronicle.ChronicleSegment;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a log. Bodies are encoded by the calling threads side by side; what the place in the log decides, and the
 * copy into the mapped file, happen under a short lock.
 *
 * <p>Nothing is written where its room was not reserved before, and whatever a write throws, faults of the mapping too, becomes
 * an {@link AuditUnavailable}; a new segment is then tried by {@link #tick}, once a second.
 */
final class Writer implements AuditLog {
    private static final Logger log = LoggerFactory.getLogger(Writer.class);
    /** What is left for those that conclude when nothing else is taken: some thousands of usual size. */
    private static final long USUAL_ROOM = Room.AHEAD / 2;

    private static final long LAST_ROOM = ChronicleSegment.MOST_PER_APPEND;

    private static final Stored NOBODY = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {}
    };

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final Room room;
    private final boolean disk;
    private final Syncer syncer;
    private final Tail tail;
    private final ThreadLocal<RecordBody> bodies = ThreadLocal.withInitial(RecordBody::new);
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder appended = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private long refusedBefore;
    private final Outage outage;
    private volatile long size;

    Writer(AuditSettings settings, AuditFolder folder, Room room, int lastSegment, long size) {
        this(settings, folder, room, lastSegment, size, Syncer.Force.DATA);
    }

    Writer(AuditSettings settings, AuditFolder folder, Room room, int lastSegment, long size, Syncer.Force force) {
        this.settings = settings;
        this.folder = folder;
        this.room = room;
        this.size = size;
        this.outage = new Outage(folder.dir(), settings.clock());
        this.disk = settings.durability() == Durability.DISK;
        this.syncer = new Syncer(size, settings.maxWaiting(), force, this::onSyncFailed);
        this.tail = new Tail(settings, folder, room, syncer, lastSegment);
        syncer.start();
    }

    @Override
    public void append(AuditRecord record, Durability atLeast, Stored then) {
        boolean awaitsDisk = disk || atLeast == Durability.DISK;
        RecordBody body = bodies.get();
        AuditUnavailable why = encode(record, body);
        long seq = -1;
        if (why == null) {
            lock.lock();
            try {
                why = admit(awaitsDisk);
                if (why == null) {
                    why = place(body);
                }
                if (why != null && record.concluding()) {
                    why = conclude(body, awaitsDisk, why);
                }
                if (why == null) {
                    seq = size - 1;
                    if (awaitsDisk) {
                        syncer.await(seq, then);
                    }
                }
            } finally {
                lock.unlock();
            }
        }
        if (why != null) {
            refused.increment();
            then.unavailable(why);
        } else if (!awaitsDisk) {
            then.stored(seq);
        }
    }

    /** What is thrown is named by its class alone: its message may quote what had to be taken out. */
    private @Nullable AuditUnavailable encode(AuditRecord record, RecordBody body) {
        String cannot = "the record cannot be redacted: ";
        try {
            AuditRecord kept = Objects.requireNonNull(settings.redaction().apply(record));
            cannot = "the record cannot be encoded: ";
            body.write(kept);
            return null;
        } catch (RuntimeException | StackOverflowError e) {
            return new AuditUnavailable(Reason.BROKEN, cannot + e.getClass().getName());
        }
    }

    @Override
    public Optional<AuditUnavailable> unavailable() {
        return Optional.ofNullable(outage.why());
    }

    /** The next sequence number; everything below it can be read. */
    long size() {
        return size;
    }

    /** How many records have what the durability promises. */
    long durable() {
        return disk ? syncer.synced() : size;
    }

    long appended() {
        return appended.sum();
    }

    long refused() {
        return refused.sum();
    }

    /** Why no record can be taken now, or null. */
    private @Nullable AuditUnavailable admit(boolean awaitsDisk) {
        AuditUnavailable why = outage.why();
        return why == null && awaitsDisk ? syncer.refusal() : why;
    }

    /** Writes a line at the end of the log; answers why it could not. */
    private @Nullable AuditUnavailable place(RecordBody body) {
        // A file that an interrupted thread works on is closed under it; the interrupt is the caller's, and waits.
        boolean interrupted = Thread.interrupted();
        try {
            Instant now = settings.clock().instant();
            if (tail.wantsSegment(now)) {
                return begin(now, body);
            }
            if (!tail.reserve(USUAL_ROOM)) {
                return enterLow();
            }
            tail.write(size, now, body);
            stored();
            return null;
        } catch (Throwable e) {
            // Also an InternalError, which is how a fault in a mapped file shows.
            return outage.broken("writing the log failed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What was let in while there was room ends in the room that is held back for it, and in what else the disk still has. */
    private @Nullable AuditUnavailable conclude(RecordBody body, boolean awaitsDisk, AuditUnavailable why) {
        if (why.reason() != Reason.LOW_SPACE || (awaitsDisk && syncer.refusal() != null)) {
            return why;
        }
        try {
            if (!tail.reserveLast(LAST_ROOM)) {
                return why;
            }
            tail.write(size, settings.clock().instant(), body);
            stored();
            return null;
        } catch (Throwable e) {
            return outage.broken("writing the log failed", e);
        }
    }

    private @Nullable AuditUnavailable begin(Instant now, RecordBody body) throws IOException {
        if (!tail.begin(size, now, body)) {
            return enterLow();
        }
        stored();
        if (!tail.reserveAll(USUAL_ROOM)) {
            // This record is stored; it is the next one that has no room.
            enterLow();
        }
        return null;
    }

    private void stored() {
        long place = size;
        size = place + 1;
        appended.increment();
    }

    private AuditUnavailable enterLow() {
        AuditUnavailable why = outage.low(room.free() + " bytes free, low-water mark " + settings.lowWaterBytes());
        refusedBefore = refused.sum();
        room.spendReserve();
        if (tail.has(LAST_ROOM)) {
            try {
                ownEvent(OwnEvents.unavailable(why));
            } catch (RuntimeException | Error e) {
                return outage.broken("writing the last record failed", e);
            }
        }
        return why;
    }

    private void ownEvent(AuditRecord event) {
        RecordBody body = new RecordBody();
        body.write(event);
        tail.write(size, settings.clock().instant(), body);
        stored();
        syncOwn();
    }

    /** Our own events wait for the disk like any record, so that what comes before them counts as synced. */
    private void syncOwn() {
        if (disk) {
            syncer.await(size - 1, NOBODY);
        }
    }

    /** Is told that nothing can be written beside the records, so that no checkpoint would ever cover them. */
    void onFolderLost(IOException e) {
        lock.lock();
        try {
            if (outage.why() == null) {
                outage.broken("the audit folder cannot be written", e);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What survives the process alone needs no sync; what must survive more is refused from now on. */
    private void onSyncFailed(AuditUnavailable why) {
        if (disk) {
            failForGood(why);
        } else {
            log.error(
                    "audit log {} takes no records that must survive the loss of power until it is opened again: {}",
                    folder.dir(),
                    why.detail());
        }
    }

    /** Stops taking records until the next start. */
    void failForGood(AuditUnavailable why) {
        lock.lock();
        try {
            outage.forGood(why);
        } finally {
            lock.unlock();
        }
        log.error("audit log {} takes no records until it is opened again: {}", folder.dir(), why.detail());
    }

    /** Looks after room and failures; called some times a second. */
    void tick() {
        lock.lock();
        try {
            AuditUnavailable why = outage.why();
            if (outage.isForGood()) {
                return;
            }
            if (why == null) {
                lookAhead();
            } else if (why.reason() == Reason.LOW_SPACE) {
                tryAgain(room.look() >= settings.lowWaterBytes() + Room.BACK);
            } else {
                tryAgain(outage.isDue());
            }
        } catch (IOException | RuntimeException | Error e) {
            outage.broken("looking after the log failed", e);
        } finally {
            lock.unlock();
        }
    }

    private void lookAhead() throws IOException {
        if (room.low() || !tail.reserve(Room.AHEAD / 4 * 3)) {
            enterLow();
        }
    }

    private void tryAgain(boolean now) throws IOException {
        AuditUnavailable why = outage.why();
        if (!now || why == null) {
            return;
        }
        if (why.reason() == Reason.BROKEN) {
            size = tail.leaveBroken(size);
        }
        outage.attempt();
        RecordBody body = new RecordBody();
        body.write(OwnEvents.available(why, refused.sum() - refusedBefore));
        if (place(body) == null) {
            syncOwn();
            outage.over();
            room.fillReserve();
        }
    }

    /** Refuses from now on, and makes durable what was taken. */
    void close() {
        lock.lock();
        try {
            outage.forGood(new AuditUnavailable(Reason.CLOSED, "the log was closed"));
        } finally {
            lock.unlock();
        }
        syncer.close();
        lock.lock();
        try {
            tail.leave();
        } catch (RuntimeException | Error e) {
            log.warn("the last segment cannot be closed: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }
}
