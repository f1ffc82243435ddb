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
    private static final long USUAL_ROOM = 2L * ChronicleSegment.MOST_PER_APPEND;
    private static final long LAST_ROOM = ChronicleSegment.MOST_PER_APPEND;
    private static final long RETRY_MILLIS = 1000;

    private static final Stored NOBODY = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {}
    };

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final Room room;
    private final @Nullable Syncer syncer;
    private final Tail tail;
    private final ThreadLocal<RecordBody> bodies = ThreadLocal.withInitial(RecordBody::new);
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder appended = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private long refusedBefore;
    private long brokenAt;
    private boolean forGood;
    private volatile long size;
    private volatile @Nullable AuditUnavailable down;

    Writer(AuditSettings settings, AuditFolder folder, Room room, int lastSegment, long size) {
        this.settings = settings;
        this.folder = folder;
        this.room = room;
        this.size = size;
        this.syncer = settings.durability() == Durability.DISK
                ? new Syncer(size, settings.maxWaiting(), this::failForGood)
                : null;
        this.tail = new Tail(settings, folder, room, syncer, lastSegment);
        if (syncer != null) {
            syncer.start();
        }
    }

    @Override
    public void append(AuditRecord record, Stored then) {
        RecordBody body = bodies.get();
        long seq = -1;
        AuditUnavailable why;
        try {
            body.write(record);
            lock.lock();
            try {
                why = down;
                if (why == null) {
                    why = place(body);
                }
                if (why == null) {
                    seq = size - 1;
                    if (syncer != null) {
                        syncer.await(seq, then);
                    }
                }
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException e) {
            why = new AuditUnavailable(Reason.BROKEN, "the record cannot be encoded: " + e);
        }
        if (why != null) {
            refused.increment();
            then.unavailable(why);
        } else if (syncer == null) {
            then.stored(seq);
        }
    }

    @Override
    public Optional<AuditUnavailable> unavailable() {
        return Optional.ofNullable(down);
    }

    /** The next sequence number; everything below it can be read. */
    long size() {
        return size;
    }

    /** How many records have what the durability promises. */
    long durable() {
        return syncer == null ? size : syncer.synced();
    }

    long appended() {
        return appended.sum();
    }

    long refused() {
        return refused.sum();
    }

    /** Writes a line at the end of the log; answers why it could not. */
    private @Nullable AuditUnavailable place(RecordBody body) {
        if (syncer != null && syncer.full()) {
            return new AuditUnavailable(Reason.OVERLOADED, settings.maxWaiting() + " records wait for the disk");
        }
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
            return fail("writing the log failed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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
        AuditUnavailable why = new AuditUnavailable(
                Reason.LOW_SPACE, room.free() + " bytes free, low-water mark " + settings.lowWaterBytes());
        down = why;
        refusedBefore = refused.sum();
        log.error("audit log {} takes no records: {}", folder.dir(), why.detail());
        room.spendReserve();
        if (tail.has(LAST_ROOM)) {
            try {
                ownEvent(OwnEvents.unavailable(why));
            } catch (RuntimeException | Error e) {
                return fail("writing the last record failed", e);
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
        if (syncer != null) {
            syncer.await(size - 1, NOBODY);
        }
    }

    private AuditUnavailable fail(String what, Throwable e) {
        log.error("audit log {}: {}", folder.dir(), what, e);
        AuditUnavailable why = new AuditUnavailable(Reason.BROKEN, what + ": " + e);
        down = why;
        brokenAt = settings.clock().millis();
        return why;
    }

    /** Stops taking records until the next start. */
    void failForGood(AuditUnavailable why) {
        lock.lock();
        try {
            forGood = true;
            down = why;
        } finally {
            lock.unlock();
        }
        log.error("audit log {} takes no records until it is opened again: {}", folder.dir(), why.detail());
    }

    /** Looks after room and failures; called some times a second. */
    void tick() {
        lock.lock();
        try {
            AuditUnavailable why = down;
            if (forGood) {
                return;
            }
            if (why == null) {
                lookAhead();
            } else if (why.reason() == Reason.LOW_SPACE) {
                tryAgain(room.look() >= settings.lowWaterBytes() + Room.BACK);
            } else {
                tryAgain(Math.abs(settings.clock().millis() - brokenAt) >= RETRY_MILLIS);
            }
        } catch (IOException | RuntimeException | Error e) {
            fail("looking after the log failed", e);
        } finally {
            lock.unlock();
        }
    }

    private void lookAhead() throws IOException {
        if (room.low() || !tail.reserve(Room.AHEAD / 2)) {
            enterLow();
        }
    }

    private void tryAgain(boolean now) throws IOException {
        AuditUnavailable why = down;
        if (!now || why == null) {
            return;
        }
        if (why.reason() == Reason.BROKEN) {
            size = tail.leaveBroken(size);
        }
        down = null;
        RecordBody body = new RecordBody();
        body.write(OwnEvents.available(why, refused.sum() - refusedBefore));
        if (place(body) == null) {
            syncOwn();
            log.info("audit log {} takes records again", folder.dir());
            room.fillReserve();
        }
    }

    /** Refuses from now on, and makes durable what was taken. */
    void close() {
        lock.lock();
        try {
            forGood = true;
            down = new AuditUnavailable(Reason.CLOSED, "the log was closed");
        } finally {
            lock.unlock();
        }
        if (syncer != null) {
            syncer.close();
        }
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
