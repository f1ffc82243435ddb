package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Stored;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** What most gateways do: one JSON line is appended to a file, and where they are careful the file is synced after each. */
final class PlainLines implements Design {
    private final Path file;
    private final boolean disk;
    private final FileChannel channel;
    private final RecordHead head = new RecordHead();
    private final RecordBody body = new RecordBody();
    private ByteBuffer line = ByteBuffer.allocateDirect(2 * RecordBody.MAX_LINE);
    private long size;

    PlainLines(Path file, boolean disk) throws IOException {
        this.file = file;
        this.disk = disk;
        channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Override
    public void append(AuditRecord record, Stored then) throws IOException {
        then.stored(write(record));
    }

    private synchronized long write(AuditRecord record) throws IOException {
        body.write(record);
        head.write(size, Instant.now());
        line.clear();
        line.put(head.array(), 0, head.length());
        line.put(body.array(), 0, body.length());
        line.put((byte) '\n');
        line.flip();
        while (line.hasRemaining()) {
            channel.write(line);
        }
        if (disk) {
            channel.force(false);
        }
        return size++;
    }

    @Override
    public synchronized long syncs() {
        return disk ? size : 0;
    }

    @Override
    public long bytes() throws IOException {
        return Files.size(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
