package dev.pavise.auditlog.store;

import dev.pavise.auditlog.codec.Start;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What retention has to know of a segment.
 *
 * @param first the number of its first record; -1 where that cannot be read
 * @param bytes what it takes on the disk
 * @param start the signed tree before its first record; empty where there is none that belongs to that record
 */
record Part(int number, long first, long bytes, Optional<Start> start) {

    /** All segments, in their order. */
    static List<Part> all(AuditFolder folder, String origin, PublicKey key, DiskUse use) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (int number : folder.segments()) {
            long first = first(folder, number);
            Optional<Start> start = Cuts.start(folder, number, origin, key);
            parts.add(new Part(
                    number,
                    first < 0 ? start.map(Start::first).orElse(-1L) : first,
                    use.ofFolder(folder.segment(number)),
                    start.filter(signed -> signed.first() == first)));
        }
        return parts;
    }

    private static long first(AuditFolder folder, int number) throws IOException {
        try (LogCursor cursor = new LogCursor(folder, Location.of(number, 0))) {
            Step step = cursor.next();
            return step == Step.RECORD && cursor.segment() == number ? cursor.seq() : -1;
        }
    }
}
