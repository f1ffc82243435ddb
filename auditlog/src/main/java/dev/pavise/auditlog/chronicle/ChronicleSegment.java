package dev.pavise.auditlog.chronicle;

import dev.pavise.auditlog.Durability;
import dev.pavise.auditlog.codec.RecordBody;
import dev.pavise.auditlog.codec.RecordHead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * One segment being written: a Chronicle Queue in a folder of its own, with one cycle file. Used by one thread at a time.
 *
 * <p>A segment is never opened a second time. So nothing that a crash left in it, or that somebody did to it, can stand in the
 * way of the next start: no torn document, no lock of a process that died, and no wait where that process had our own number.
 */
public final class ChronicleSegment implements Closeable {
    /** More than one append can take: the longest line, and the queue's own index pages. */
    public static final int MOST_PER_APPEND = RecordBody.MAX_LINE + 64 * 1024;

    /**
     * How far ahead the file grows and is mapped. The kernel takes the size of its pages from that: from 16 MiB on one fault brings in
     * many pages at once, which halves the processor time of an append. Where the file is synced for some few records at a time that
     * would have each sync write what nobody changed, so there it stays small.
     */
    private static final long PROCESS_BLOCK = 16 << 20;

    private static final long DISK_BLOCK = 1 << 20;
    private static final int INDEX_COUNT = 1024;
    private static final int INDEX_SPACING = 256;

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Path file;
    private long position;

    private ChronicleSegment(SingleChronicleQueue queue, ExcerptAppender appender, Path file, long position) {
        this.queue = queue;
        this.appender = appender;
        this.file = file;
        this.position = position;
    }

    /**
     * Begins a segment with its first record in a folder that is not there yet.
     *
     * @param durability what most of its records will have to survive
     */
    public static ChronicleSegment begin(
            Path folder, Durability durability, Instant now, RecordHead head, RecordBody body) throws IOException {
        quieten();
        Files.createDirectory(folder);
        long fixed = now.toEpochMilli();
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(LegacyRollCycles.MINUTELY)
                .timeProvider(() -> fixed)
                .blockSize(durability == Durability.DISK ? DISK_BLOCK : PROCESS_BLOCK)
                .indexCount(INDEX_COUNT)
                .indexSpacing(INDEX_SPACING)
                .timeoutMS(1000)
                .checkInterrupts(false)
                .build();
        try {
            ExcerptAppender appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            long position = write(appender, head, body);
            return new ChronicleSegment(queue, appender, onlyFile(folder), position);
        } catch (IOException | RuntimeException | Error e) {
            queue.close();
            throw e;
        }
    }

    /** Appends one line; when it returns the line is in the page cache and survives the process. */
    public void append(RecordHead head, RecordBody body) {
        position = write(appender, head, body);
    }

    /** Where the last record ends in {@link #file}. */
    public long position() {
        return position;
    }

    public Path file() {
        return file;
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }

    private static long write(ExcerptAppender appender, RecordHead head, RecordBody body) {
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = Objects.requireNonNull(document.wire()).bytes();
                bytes.write(head.array(), 0, head.length());
                bytes.write(body.array(), 0, body.length());
                return bytes.writePosition();
            } catch (RuntimeException | Error e) {
                document.rollbackOnClose();
                throw e;
            }
        }
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.cq4")) {
            for (Path file : files) {
                return file;
            }
        }
        throw new IOException("the queue made no file in " + folder);
    }

    /** The queue prints, counts and watches by itself unless it is told not to, before its classes are loaded. */
    private static void quieten() {
        for (String name : new String[] {
            "chronicle.announcer.disable", "chronicle.analytics.disable", "chronicle.disk.monitor.disable"
        }) {
            if (System.getProperty(name) == null) {
                System.setProperty(name, "true");
            }
        }
    }
}
