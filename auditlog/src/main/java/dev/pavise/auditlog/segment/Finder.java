package dev.pavise.auditlog.segment;

import dev.pavise.auditlog.codec.MerkleTree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds where to begin reading so as to come upon a record soon. */
public final class Finder {
    private Finder() {}

    /**
     * A cursor whose next record is the wanted one or one before it: by {@code blocks} where that can be believed, else by the
     * numbers with which the segments begin.
     */
    public static LogCursor before(AuditFolder folder, long seq) throws IOException {
        // What was stored in the last moments has no entry yet: reading on from the last one is less than a whole
        // segment.
        long block = Math.min(seq / AuditFolder.BLOCK, entries(folder) - 1);
        for (long index = block; index >= 0 && index >= block - 1; index--) {
            long location = fromBlocks(folder, index);
            if (location != 0) {
                return new LogCursor(folder, location);
            }
        }
        return bySegments(folder, seq);
    }

    private static long entries(AuditFolder folder) throws IOException {
        Optional<SideFile> blocks = SideFile.open(folder.blocks(), Long.BYTES);
        if (blocks.isEmpty()) {
            return 0;
        }
        try (SideFile file = blocks.get()) {
            return file.count();
        }
    }

    /** Where a block begins; 0 unless the record that is there is the block's first. */
    private static long fromBlocks(AuditFolder folder, long block) throws IOException {
        Optional<SideFile> blocks = SideFile.open(folder.blocks(), Long.BYTES);
        if (blocks.isEmpty()) {
            return 0;
        }
        try (SideFile file = blocks.get()) {
            long location = file.number(block);
            return location > 0 && first(folder, location) == block * AuditFolder.BLOCK ? location : 0;
        }
    }

    private static LogCursor bySegments(AuditFolder folder, long seq) throws IOException {
        List<Integer> segments = folder.segments().reversed();
        for (int segment : segments) {
            long location = Location.of(segment, 0);
            long first = first(folder, location);
            if (first >= 0 && first <= seq) {
                return new LogCursor(folder, location);
            }
        }
        return new LogCursor(folder);
    }

    /** The number of the record at a place; -1 where there is none, in that segment. */
    private static long first(AuditFolder folder, long location) throws IOException {
        try (LogCursor cursor = new LogCursor(folder, location)) {
            boolean found = cursor.next() == Step.RECORD && cursor.segment() == Location.segment(location);
            return found ? cursor.seq() : -1;
        }
    }

    /** The bytes of one record; empty where it cannot be found. */
    public static Optional<byte[]> line(AuditFolder folder, long seq) throws IOException {
        try (LogCursor cursor = before(folder, seq)) {
            Step step = cursor.next();
            while (step == Step.RECORD && cursor.seq() < seq) {
                step = cursor.next();
            }
            return step == Step.RECORD && cursor.seq() == seq ? Optional.of(cursor.line()) : Optional.empty();
        }
    }

    /** The leaf hash of a line. */
    public static byte[] leafHash(byte[] line) {
        return new MerkleTree().leafHash(line, 0, line.length);
    }
}
