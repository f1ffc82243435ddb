package dev.pavise.auditlog.segment;

import dev.pavise.auditlog.codec.RecordHead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the records of a folder, from segment to segment. At the end of all it can be asked again, and finds what was
 * written since. A segment that is damaged is said to be so once; then the cursor goes on with the next one.
 */
public final class LogCursor implements Closeable {
    private static final byte[] HEAD = "{\"id\":\"".getBytes(StandardCharsets.US_ASCII);
    /** Where in every line the id stands, and how long it is. */
    public static final int ID_OFFSET = HEAD.length;

    public static final int ID_LENGTH = 36;

    private static final int MAX_DIGITS = 18;

    private final AuditFolder folder;
    private int segment;
    private @Nullable SegmentReader reader;
    private boolean abandoned;
    private long seq = -1;
    private String damage = "";

    /** Starts at the first record of the folder. */
    public LogCursor(AuditFolder folder) {
        this.folder = folder;
    }

    /** Starts at a {@link Location}. */
    public LogCursor(AuditFolder folder, long location) throws IOException {
        this.folder = folder;
        if (!enter(Location.segment(location), Location.offset(location))) {
            abandoned = true;
        }
    }

    /**
     * Goes on at a {@link Location}; quick where that is in the segment that the cursor is in.
     *
     * @param expected how many bytes will be wanted from there
     */
    public void seek(long location, int expected) throws IOException {
        SegmentReader at = reader;
        if (at != null && !abandoned && segment == Location.segment(location)) {
            at.seek(Location.offset(location), expected);
        } else if (!enter(Location.segment(location), Location.offset(location))) {
            abandoned = true;
        }
    }

    /** Forgets what was read ahead. */
    public void refresh() {
        if (reader != null) {
            reader.refresh();
        }
    }

    /** Goes to the next record. {@link Step#TORN} is given only at the very end; before it, it is passed over. */
    public Step next() throws IOException {
        if (abandoned) {
            int following = following();
            if (following == 0) {
                return Step.END;
            }
            if (!enter(following, 0)) {
                return Step.DAMAGED;
            }
        }
        return read();
    }

    private Step read() throws IOException {
        if (reader == null && segment > 0 && !enter(segment, 0)) {
            return Step.DAMAGED;
        }
        while (true) {
            Step step = reader == null ? Step.END : reader.next();
            if (step == Step.END || step == Step.TORN) {
                int following = following();
                if (following == 0) {
                    return step;
                }
                // The writer may have gone on in this segment and then begun the next one, between the two looks.
                step = reader == null ? Step.END : reader.next();
                if (step == Step.END || step == Step.TORN) {
                    if (!enter(following, 0)) {
                        return Step.DAMAGED;
                    }
                    continue;
                }
            }
            return step == Step.RECORD ? checked() : abandon();
        }
    }

    /** A line that does not begin as ours do is damage, but what comes behind it can still be read. */
    private Step checked() {
        SegmentReader at = open();
        seq = seqOf(at.buffer(), at.lineOffset(), at.lineLength());
        if (seq >= 0) {
            return Step.RECORD;
        }
        damage = "a line that is no record at byte " + at.recordStart();
        return Step.DAMAGED;
    }

    private Step abandon() {
        damage = open().damage();
        abandoned = true;
        return Step.DAMAGED;
    }

    /** Opens a segment; false, with the damage told, where it is not as a writer leaves it. */
    private boolean enter(int number, long offset) throws IOException {
        close();
        segment = number;
        abandoned = false;
        List<Path> files = filesOf(number);
        if (!files.isEmpty()) {
            reader = read(files.getFirst(), offset);
        }
        if (files.size() > 1) {
            damage = "more than one queue file";
            return false;
        }
        return true;
    }

    /** A segment that retention removed meanwhile has no files. */
    private List<Path> filesOf(int number) throws IOException {
        try {
            return folder.queueFiles(number);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static @Nullable SegmentReader read(Path file, long offset) throws IOException {
        try {
            return new SegmentReader(file, offset);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private int following() throws IOException {
        for (int number : folder.segments()) {
            if (number > segment) {
                return number;
            }
        }
        return 0;
    }

    private SegmentReader open() {
        SegmentReader at = reader;
        if (at == null) {
            throw new IllegalStateException("no record has been read");
        }
        return at;
    }

    /** The sequence number that stands in a line; -1 where the line does not begin as ours do. */
    public static long seqOf(byte[] buffer, int offset, int length) {
        int at = offset + RecordHead.SEQ_OFFSET;
        if (length < SegmentReader.MIN_LINE
                || !Arrays.equals(buffer, offset, offset + HEAD.length, HEAD, 0, HEAD.length)
                || buffer[offset + length - 1] != '}') {
            return -1;
        }
        long value = 0;
        for (int digits = 0; digits <= MAX_DIGITS; digits++, at++) {
            if (buffer[at] == ',' && digits > 0) {
                return value;
            }
            if (buffer[at] < '0' || buffer[at] > '9') {
                return -1;
            }
            value = value * 10 + buffer[at] - '0';
        }
        return -1;
    }

    /** The sequence number of the record. */
    public long seq() {
        return seq;
    }

    public byte[] buffer() {
        return open().buffer();
    }

    public int lineOffset() {
        return open().lineOffset();
    }

    public int lineLength() {
        return open().lineLength();
    }

    /** The bytes of the record, copied. */
    public byte[] line() {
        return Arrays.copyOfRange(buffer(), lineOffset(), lineOffset() + lineLength());
    }

    /** Where the record is. */
    public long location() {
        return Location.of(segment, open().recordStart());
    }

    /** Where in its segment the cursor looks next; 0 where it has none. */
    public long position() {
        return reader == null ? 0 : reader.position();
    }

    /** The segment that the cursor is in; 0 before the first. */
    public int segment() {
        return segment;
    }

    /** What is wrong, after {@link Step#DAMAGED}. */
    public String damage() {
        return damage;
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
