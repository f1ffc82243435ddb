package dev.pavise.auditlog.segment;

import dev.pavise.auditlog.codec.RecordBody;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the records of one queue file, strictly and forwards, by plain reads: nothing is mapped, so a file that is cut
 * meanwhile is an end and not a fault, and nothing is ever written. Every length is checked before it is used.
 *
 * <p>Each document starts at a multiple of four with a little-endian word:
 * <pre>
 *   31            30         29 .. 0
 *   not complete  meta data  length
 * </pre>
 * A word of 0 is where the writer goes on; {@code 0xC0000000} closes the file.
 */
public final class SegmentReader implements Closeable {
    private static final int HEADER = 4;
    private static final int END_OF_FILE = 0xC000_0000;
    private static final int NOT_COMPLETE = 0x8000_0000;
    private static final int META_DATA = 0x4000_0000;
    private static final int LENGTH = 0x3FFF_FFFF;
    private static final int MAX_META = 1 << 20;
    /** Fewer bytes than any record has. */
    static final int MIN_LINE = 90;

    private static final int WINDOW = 256 * 1024;

    private final FileChannel channel;
    private final byte[] window = new byte[WINDOW];
    private final ByteBuffer words = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN);
    private long windowStart;
    private int windowLength;
    private long position;
    private int ahead = WINDOW;
    private long recordStart = -1;
    private int lineOffset;
    private int lineLength;
    private String damage = "";

    /** Starts at a place that {@link #recordStart} gave once, or at 0. */
    public SegmentReader(Path file, long position) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.position = position;
    }

    /** Forgets what was read ahead; records that were stored since can then be read. */
    public void refresh() {
        windowLength = 0;
    }

    /**
     * Goes on at a place that {@link #recordStart} gave once.
     *
     * @param expected how many bytes will be wanted from there; more can be had, with another read
     */
    public void seek(long to, int expected) {
        position = to;
        ahead = Math.clamp(expected, 1024, WINDOW);
    }

    /** Goes to the next record, or tells why there is none; after anything but a record it may be asked again. */
    public Step next() throws IOException {
        while (true) {
            if (!have(position, HEADER)) {
                return stop(Step.END);
            }
            int header = words.getInt((int) (position - windowStart));
            int length = header & LENGTH;
            if (header == 0 || header == END_OF_FILE) {
                return stop(Step.END);
            }
            if ((header & NOT_COMPLETE) != 0) {
                return stop(Step.TORN);
            }
            if ((header & META_DATA) == 0) {
                return record(length);
            }
            if (length == 0 || length > MAX_META || position + HEADER + length > channel.size()) {
                return damaged("meta data of impossible length " + length);
            }
            position = behind(length);
        }
    }

    private Step record(int length) throws IOException {
        if (length < MIN_LINE || length > RecordBody.MAX_LINE) {
            return damaged("a record of impossible length " + length);
        }
        if (!have(position, HEADER + length)) {
            return damaged("a record that goes on behind the end of the file");
        }
        lineOffset = (int) (position - windowStart) + HEADER;
        lineLength = length;
        recordStart = position;
        position = behind(length);
        return Step.RECORD;
    }

    private long behind(int length) {
        return (position + HEADER + length + 3) & ~3L;
    }

    private Step damaged(String what) {
        damage = what + " at byte " + position;
        return stop(Step.DAMAGED);
    }

    private Step stop(Step step) {
        windowLength = 0;
        return step;
    }

    /** Makes sure that these bytes are in the window; false where the file does not have them. */
    private boolean have(long from, int count) throws IOException {
        if (from >= windowStart && from + count <= windowStart + windowLength) {
            return true;
        }
        windowStart = from;
        windowLength = 0;
        int most = Math.max(count, ahead);
        ahead = WINDOW;
        while (windowLength < most) {
            int read = channel.read(
                    ByteBuffer.wrap(window, windowLength, most - windowLength), windowStart + windowLength);
            if (read <= 0) {
                break;
            }
            windowLength += read;
            if (windowLength >= count) {
                break;
            }
        }
        return windowLength >= count;
    }

    /** The buffer in which the line stands until the next call of {@link #next}. */
    public byte[] buffer() {
        return window;
    }

    public int lineOffset() {
        return lineOffset;
    }

    public int lineLength() {
        return lineLength;
    }

    /** Where the record's document starts in the file. */
    public long recordStart() {
        return recordStart;
    }

    /** Where the next document will be looked for. */
    public long position() {
        return position;
    }

    /** What is wrong, after {@link Step#DAMAGED}. */
    public String damage() {
        return damage;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
