package dev.pavise.auditlog.store;

import dev.pavise.auditlog.behind.Pace;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.Finder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the lines to a plain file, behind the write path and on a thread of its own, so that a file system that hangs stops
 * nothing else. The file itself says how far it got, by its last line; where it was rotated away, {@code mirror.position} does.
 */
final class Mirror {
    private static final Logger log = LoggerFactory.getLogger(Mirror.class);
    private static final int BATCH = 256 * 1024;

    private static final long EIGHTEEN_ZEROS = 1_000_000_000_000_000_000L;
    private static final byte[] START = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE = 64 * 1024 + 1;

    private final Path file;
    private final AuditFolder folder;
    private final LongSupplier bound;
    private final Pace pace = new Pace();
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH + LINE);
    private @Nullable LogCursor
            cursor; // stays where the last copy ended; finding the place again would read what was read before
    private boolean found;
    private boolean failing;
    private volatile long next;
    private final LongAdder failures = new LongAdder();

    Mirror(Path file, AuditFolder folder, LongSupplier bound) {
        this.file = file;
        this.folder = folder;
        this.bound = bound;
    }

    /** The first record that the file lacks. */
    long next() {
        return next;
    }

    long lag() {
        return Math.max(0, bound.getAsLong() - next);
    }

    long failures() {
        return failures.sum();
    }

    /** Copies what was stored since, and tells whether there was any; a failure is counted, logged once, and tried again at the next call. */
    boolean copy() {
        boolean any = false;
        try {
            if (!found) {
                next = findPlace();
                found = true;
            }
            long to = bound.getAsLong();
            any = next < to;
            if (any) {
                copyTo(to);
                keepPosition();
            }
            failing = false;
        } catch (IOException | RuntimeException e) {
            found = false;
            close();
            failures.increment();
            if (!failing) {
                failing = true;
                log.error("audit mirror {} cannot be written, and is tried again: {}", file, e.toString());
            }
        }
        return any;
    }

    /**
     * Written in place and in one piece of always the same length, which a crash leaves done or not done; a file that takes
     * another one's name ten times a second has the file system write out what nobody asked for.
     */
    private void keepPosition() throws IOException {
        try (FileChannel out =
                FileChannel.open(folder.mirrorPosition(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            String digits = Long.toString(EIGHTEEN_ZEROS + next).substring(1);
            out.write(ByteBuffer.wrap((digits + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        }
    }

    private void copyTo(long to) throws IOException {
        LogCursor at = cursor == null ? Finder.before(folder, next) : cursor;
        cursor = at;
        at.refresh();
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long seq = next;
            while (seq < to) {
                Step step = at.next();
                if (step == Step.RECORD && at.seq() >= seq && at.seq() < to) {
                    if (at.seq() > seq) {
                        log.error("audit mirror {}: records {} to {} are gone", file, seq, at.seq() - 1);
                    }
                    batch.put(at.buffer(), at.lineOffset(), at.lineLength());
                    batch.put((byte) '\n');
                    seq = at.seq() + 1;
                } else if (step != Step.RECORD && step != Step.DAMAGED) {
                    seq = to;
                }
                if (batch.position() >= BATCH || seq >= to) {
                    AtomicFile.writeAll(out, batch.flip());
                    batch.clear();
                    next = seq;
                    pace.breathe();
                }
                pace.step();
            }
        } finally {
            batch.clear();
        }
    }

    /** Lets go of the log; a later copy finds its place again. */
    void close() {
        LogCursor at = cursor;
        cursor = null;
        try {
            if (at != null) {
                at.close();
            }
        } catch (IOException e) {
            log.debug("a file of the audit log was not closed: {}", e.toString());
        }
    }

    /** The first record that the file lacks. A line that was cut off by a crash is taken out and written again. */
    private long findPlace() throws IOException {
        if (Files.exists(file) && Files.size(file) > 0) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                long seq = lastLine(channel);
                if (seq >= 0) {
                    return seq + 1;
                }
            }
        }
        return positionFile();
    }

    private static long lastLine(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size, 2L * LINE));
        while (tail.hasRemaining() && channel.read(tail, size - tail.capacity() + tail.position()) > 0) {}
        byte[] bytes = tail.array();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            endLine(channel, bytes, end);
        }
        int start = end - 1;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        int length = end - 1 - start;
        return LogCursor.seqOf(bytes, start, length);
    }

    /** A last line without its end is ours, cut off by a crash, and goes; or it is somebody else's, and stays. */
    private static void endLine(FileChannel channel, byte[] bytes, int from) throws IOException {
        int same = Arrays.mismatch(bytes, from, bytes.length, START, 0, START.length);
        boolean ours = same < 0 || same == Math.min(START.length, bytes.length - from);
        if (ours) {
            channel.truncate(channel.size() - (bytes.length - from));
        } else {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}), channel.size());
        }
    }

    private long positionFile() throws IOException {
        if (!Files.exists(folder.mirrorPosition())) {
            return 0;
        }
        String text = Texts.read(folder.mirrorPosition()).strip();
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
