package dev.pavise.auditlog.store;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;

/** Leaves behind the last record what a process leaves that dies while it writes one. */
final class TornTail {
    private static final int NOT_COMPLETE = 0x8000_0000;

    private TornTail() {}

    static void tear(AuditSettings settings, RandomGenerator random, int kind) throws IOException {
        AuditFolder folder = new AuditFolder(settings.dir());
        int segment = 0;
        long end = 0;
        try (LogCursor cursor = new LogCursor(folder)) {
            while (cursor.next() == Step.RECORD) {
                segment = cursor.segment();
                end = cursor.position();
            }
            // Where the kill itself has torn the tail, this stands at the same place.
            end = cursor.segment() == segment ? cursor.position() : end;
        }
        ByteBuffer bytes = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        switch (kind) {
            case 0 -> bytes.putInt(NOT_COMPLETE); // the place is taken, its length not known
            case 1 -> bytes.putInt(NOT_COMPLETE | 300).put(new byte[100]);
            case 2 ->
                bytes.putInt(NOT_COMPLETE | 300)
                        .put("{\"id\":\"01".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            default -> { // half a line whose length never came
                byte[] junk = new byte[300];
                random.nextBytes(junk);
                bytes.putInt(0).put(junk);
            }
        }
        Path file = folder.queueFiles(segment).getFirst();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes.flip(), end);
        }
    }
}
