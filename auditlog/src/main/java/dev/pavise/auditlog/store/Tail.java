package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.chronicle.ChronicleSegment;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment that is being written, and the room that is reserved in it. Used under the writer's lock. Writes nothing where
 * {@link #reserve} has not found room before.
 */
final class Tail {
    private static final Logger log = LoggerFactory.getLogger(Tail.class);
    private static final int TABLE_BYTES = 1 << 17;
    private static final long LARGE_PAGE = 2L << 20;

    private final AuditSettings settings;
    private final AuditFolder folder;
    private final Room room;
    private final Syncer syncer;
    private final RecordHead head = new RecordHead();
    private @Nullable ChronicleSegment segment;
    private int number;
    private final long ageMillis;
    private long begunMillis;
    private long reserved;

    Tail(AuditSettings settings, AuditFolder folder, Room room, Syncer syncer, int lastSegment) {
        this.settings = settings;
        this.ageMillis = settings.segmentAge().toMillis();
        this.folder = folder;
        this.room = room;
        this.syncer = syncer;
        this.number = lastSegment;
    }

    /** Whether the next record belongs into a new segment. */
    boolean wantsSegment(Instant now) {
        ChronicleSegment current = segment;
        return current == null
                || current.position() > settings.segmentBytes()
                || Math.abs(now.toEpochMilli() - begunMillis) > ageMillis; // clocks are set back too
    }

    /** Begins a segment with its first record; false, with nothing written, where there is no room for one. */
    boolean begin(long seq, Instant now, RecordBody body) throws IOException {
        if (room.lowForSegment()) {
            return false;
        }
        number++;
        head.write(seq, now);
        ChronicleSegment next = ChronicleSegment.begin(folder.segment(number), settings.durability(), now, head, body);
        leave();
        segment = next;
        begunMillis = now.toEpochMilli();
        reserved = 0;
        syncer.file(next.file());
        return true;
    }

    /** Reserves what the files of a new segment will grow into. */
    boolean reserveAll(long needed) throws IOException {
        return room.reserve(folder.segment(number).resolve("metadata.cq4t"), 0, TABLE_BYTES) && reserve(needed);
    }

    /** Makes sure that so many bytes behind the last record have room; false where they have not. */
    boolean reserve(long needed) throws IOException {
        ChronicleSegment current = segment;
        if (current == null || has(needed)) {
            return true;
        }
        // A fault can bring in a large page, and fails where a part of that page has no room.
        long to = (current.position() + Room.AHEAD + LARGE_PAGE - 1) & -LARGE_PAGE;
        if (room.low() || !room.reserve(current.file(), reserved, to)) {
            return false;
        }
        reserved = to;
        return true;
    }

    /** Makes sure of room where there is little left: what the disk still has, below the low-water mark too. */
    boolean reserveLast(long needed) throws IOException {
        ChronicleSegment current = segment;
        if (current == null || has(needed)) {
            return current != null;
        }
        long to = current.position() + 2 * needed;
        if (!room.reserveLast(current.file(), reserved, to)) {
            return false;
        }
        reserved = to;
        return true;
    }

    /** Whether there is a segment in which so many bytes are reserved. */
    boolean has(long needed) {
        ChronicleSegment current = segment;
        return current != null && current.position() + needed <= reserved;
    }

    void write(long seq, Instant now, RecordBody body) {
        ChronicleSegment current = segment;
        if (current == null) {
            throw new IllegalStateException("no segment was begun");
        }
        head.write(seq, now);
        current.append(head, body);
    }

    /** Lets go of the segment; what was reserved for it is given back. */
    void leave() {
        ChronicleSegment current = segment;
        segment = null;
        if (current != null) {
            current.close();
            room.release(current.file(), current.position());
        }
    }

    /** Leaves a segment in which a write failed. Nobody knows whether its record is there; the file says how many are. */
    long leaveBroken(long size) throws IOException {
        try {
            leave();
        } catch (RuntimeException | Error e) {
            log.warn("a segment that failed cannot be closed: {}", e.toString());
        }
        long found = size;
        if (number > 0 && Files.isDirectory(folder.segment(number))) {
            try (LogCursor cursor = new LogCursor(folder, Location.of(number, 0))) {
                while (cursor.next() == Step.RECORD) {
                    found = Math.max(found, cursor.seq() + 1);
                }
            }
        }
        return found;
    }
}
