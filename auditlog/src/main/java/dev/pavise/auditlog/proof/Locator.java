package dev.pavise.auditlog.proof;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds a record by its id. The id begins with the moment at which it was given (RFC 9562), so the blocks of a log are searched
 * by halving; where that does not find it, as after a clock that was set back, all records are looked at.
 */
final class Locator {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int ID_OFFSET = 7;
    private static final int MOMENT = 13;

    private final AuditFolder folder;
    private final byte[] wanted;
    private final String moment;

    /** @param seq its place in the log */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Found(long seq, byte[] line) {}

    private Locator(AuditFolder folder, String id) {
        this.folder = folder;
        this.wanted = id.getBytes(StandardCharsets.US_ASCII);
        this.moment = id.substring(0, MOMENT);
    }

    static Optional<Found> find(AuditFolder folder, String id) throws IOException {
        String plain = id.toLowerCase(Locale.ROOT);
        return ID.matcher(plain).matches() ? new Locator(folder, plain).find() : Optional.empty();
    }

    private Optional<Found> find() throws IOException {
        Optional<SideFile> blocks = SideFile.open(folder.blocks(), Long.BYTES);
        if (blocks.isPresent()) {
            try (SideFile file = blocks.get()) {
                long last = lastNotLater(file, file.count());
                long first = last;
                while (first > 0 && moment(file, first).compareTo(moment) >= 0) {
                    first--;
                }
                long end = (last + 2) * AuditFolder.BLOCK;
                Optional<Found> found = among(Finder.before(folder, first * AuditFolder.BLOCK), end);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return among(new LogCursor(folder), Long.MAX_VALUE);
    }

    /** The last block that does not begin after the wanted moment. */
    private long lastNotLater(SideFile blocks, long count) throws IOException {
        long low = 0;
        long high = count;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (moment(blocks, middle).compareTo(moment) <= 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The moment of a block's first record, as it stands in its id; empty, which is before all others, where it is not there. */
    private String moment(SideFile blocks, long block) throws IOException {
        long location = blocks.number(block);
        if (location <= 0) {
            return "";
        }
        try (LogCursor cursor = new LogCursor(folder, location)) {
            return cursor.next() == Step.RECORD
                    ? new String(cursor.buffer(), cursor.lineOffset() + ID_OFFSET, MOMENT, StandardCharsets.ISO_8859_1)
                    : "";
        }
    }

    private Optional<Found> among(LogCursor records, long end) throws IOException {
        try (LogCursor cursor = records) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.RECORD) {
                    if (cursor.seq() >= end) {
                        break;
                    }
                    if (isWanted(cursor)) {
                        return Optional.of(new Found(cursor.seq(), cursor.line()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private boolean isWanted(LogCursor cursor) {
        int from = cursor.lineOffset() + ID_OFFSET;
        return Arrays.equals(cursor.buffer(), from, from + wanted.length, wanted, 0, wanted.length);
    }
}
