package dev.pavise.auditlog.segment;

import java.io.IOException;
import java.util.Optional;

/** How far the records of a folder go. */
public final class Extent {
    private Extent() {}

    /** One more than the largest sequence number that can be read. */
    public static long size(AuditFolder folder) throws IOException {
        long size = 0;
        try (LogCursor cursor = Finder.before(folder, lastBlock(folder))) {
            for (Step step = cursor.next(); step == Step.RECORD || step == Step.DAMAGED; step = cursor.next()) {
                if (step == Step.RECORD) {
                    size = Math.max(size, cursor.seq() + 1);
                }
            }
        }
        return size;
    }

    private static long lastBlock(AuditFolder folder) throws IOException {
        Optional<SideFile> blocks = SideFile.open(folder.blocks(), Long.BYTES);
        if (blocks.isEmpty()) {
            return 0;
        }
        try (SideFile file = blocks.get()) {
            return Math.max(0, file.count() - 1) * AuditFolder.BLOCK;
        }
    }
}
