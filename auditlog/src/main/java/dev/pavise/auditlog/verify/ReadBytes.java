package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Counts what was read, and tells it now and then. */
final class ReadBytes {
    private static final int EVERY = 4096;
    /** What stands before each line in its file, and behind it on average. */
    private static final int AROUND = 6;

    private final VerifyProgress progress;
    private final long total;
    private long records;
    private long bytes;

    ReadBytes(AuditFolder folder, Base base, VerifyProgress progress) throws IOException {
        this.progress = progress;
        try (LogCursor first = base.cursor(folder)) {
            this.total = Math.max(0, sizeFrom(folder, first.segment()) - first.position());
        }
    }

    /** The queue files from a segment on; what the last one has reserved and not written counts as well. */
    private static long sizeFrom(AuditFolder folder, int first) throws IOException {
        long sum = 0;
        for (int segment : folder.segments()) {
            if (segment >= first) {
                sum += sizeOf(folder, segment);
            }
        }
        return sum;
    }

    /** Retention may remove a segment meanwhile. */
    private static long sizeOf(AuditFolder folder, int segment) throws IOException {
        long sum = 0;
        try {
            for (Path file : folder.queueFiles(segment)) {
                sum += Files.size(file);
            }
        } catch (NoSuchFileException e) {
            return sum;
        }
        return sum;
    }

    void record(int length) {
        records++;
        bytes += length + AROUND;
        if (records % EVERY == 0) {
            tell();
        }
    }

    void stretch(long count, long length) {
        records += count;
        bytes += length + count * AROUND;
        tell();
    }

    private void tell() {
        progress.at(records, Math.min(bytes, total), total);
    }

    void end() {
        progress.at(records, total, total);
    }
}
