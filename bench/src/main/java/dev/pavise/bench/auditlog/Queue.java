package dev.pavise.bench.auditlog;

import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.chronicle.ChronicleSegment;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One queue file with the numbers of its records: what all designs write into. By one thread at a time. */
final class Queue implements AutoCloseable {
    private final Path folder;
    private final Durability durability;
    private final RecordHead head = new RecordHead();
    private @Nullable ChronicleSegment segment;
    private @Nullable FileChannel file;
    private long size;

    Queue(Path folder, boolean disk) {
        this.folder = folder;
        this.durability = disk ? Durability.DISK : Durability.PROCESS;
    }

    /** Writes a record and answers its number. */
    long write(RecordBody body) throws IOException {
        Instant now = Instant.now();
        head.write(size, now);
        ChronicleSegment to = segment;
        if (to == null) {
            to = ChronicleSegment.begin(folder, durability, now, head, body);
            segment = to;
            file = FileChannel.open(to.file(), StandardOpenOption.WRITE);
        } else {
            to.append(head, body);
        }
        return size++;
    }

    /** The file to sync; there is one once a record was written. */
    FileChannel file() {
        FileChannel open = file;
        if (open == null) {
            throw new IllegalStateException("nothing was written");
        }
        return open;
    }

    long bytes() {
        return segment == null ? 0 : segment.position();
    }

    @Override
    public void close() throws IOException {
        if (segment != null) {
            segment.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
