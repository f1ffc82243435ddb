package dev.pavise.auditlog.store;

import dev.pavise.auditlog.codec.Start;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Location;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What retention has to know of a segment. What stands in its files is read when it is asked for, as of many segments only few
 * matter; where that fails an {@link UncheckedIOException} tells. Used by one thread at a time.
 */
final class Part {
    /** What is read: the first record's number, -1 where it cannot be, and the start that belongs to it. */
    record Facts(long first, Optional<Start> start) {}

    private final int number;
    private final long bytes;
    private final Supplier<Facts> read;
    private @Nullable Facts facts;

    Part(int number, long bytes, Supplier<Facts> read) {
        this.number = number;
        this.bytes = bytes;
        this.read = read;
    }

    /** All segments, in their order. */
    static List<Part> all(AuditFolder folder, String origin, PublicKey key, DiskUse use) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (int number : folder.segments()) {
            parts.add(new Part(number, use.ofFolder(folder.segment(number)), () -> facts(folder, number, origin, key)));
        }
        return parts;
    }

    private static Facts facts(AuditFolder folder, int number, String origin, PublicKey key) {
        try (LogCursor cursor = new LogCursor(folder, Location.of(number, 0))) {
            boolean found = cursor.next() == Step.RECORD && cursor.segment() == number;
            Optional<Start> start = Cuts.start(folder, number, origin, key);
            long first = found ? cursor.seq() : start.map(Start::first).orElse(-1L);
            return new Facts(first, start.filter(signed -> found && signed.first() == first));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Facts facts() {
        Facts known = facts;
        if (known == null) {
            known = read.get();
            facts = known;
        }
        return known;
    }

    int number() {
        return number;
    }

    /** The number of its first record; -1 where that cannot be read. */
    long first() {
        return facts().first();
    }

    /** What it takes on the disk. */
    long bytes() {
        return bytes;
    }

    /** The signed tree before its first record; empty where there is none that belongs to that record. */
    Optional<Start> start() {
        return facts().start();
    }
}
