package dev.pavise.auditlog.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that the log has on its disk: how much is free, the blocks reserved ahead of the writer in the file being written,
 * and a reserve file that is given up when room runs out, so that signatures and the last records still find some.
 */
final class Room {
    private static final Logger log = LoggerFactory.getLogger(Room.class);
    /** How far ahead of the writer blocks are reserved. */
    static final long AHEAD = 4L << 20;
    /** With less than this free no segment is begun, whatever the low-water mark. */
    private static final long LEAST = AHEAD + (2L << 20);

    /** How much more than the low-water mark must be free before records are taken again. */
    static final long BACK = 4L << 20;

    /** More than a queue file is ever ahead of its last record. */
    private static final long MOST_UNWRITTEN = 64L << 20;

    private static final int RESERVE = 1 << 20;

    private final FileStore disk;
    private final Path reserve;
    private final long lowWater;
    private volatile Optional<Blocks> blocks = Blocks.find();
    private volatile long free;

    Room(Path folder, Path reserve, long lowWater) throws IOException {
        this.disk = Files.getFileStore(folder);
        this.reserve = reserve;
        this.lowWater = lowWater;
        this.free = disk.getUsableSpace();
        if (blocks.isEmpty()) {
            onlyLowWater();
        }
    }

    /** Looks how much is free. */
    long look() throws IOException {
        free = disk.getUsableSpace();
        return free;
    }

    /** What was free at the last look. */
    long free() {
        return free;
    }

    boolean low() throws IOException {
        return look() < lowWater;
    }

    /** Whether there is room for a new segment. */
    boolean lowForSegment() throws IOException {
        return look() < Math.max(lowWater, LEAST);
    }

    /**
     * Reserves the bytes of the file up to a place; false where there is no room. Where blocks cannot be reserved it is the
     * low-water mark alone that answers.
     */
    boolean reserve(Path file, long from, long to) throws IOException {
        Optional<Blocks> kernel = blocks;
        if (kernel.isEmpty()) {
            return !low();
        }
        return switch (kernel.get().reserve(file, from, to - from)) {
            case DONE -> true;
            case NO_SPACE -> false;
            case NOT_SUPPORTED -> {
                blocks = Optional.empty();
                onlyLowWater();
                yield !low();
            }
        };
    }

    /** The same below the low-water mark; false also where blocks cannot be reserved, as nothing else is known then. */
    boolean reserveLast(Path file, long from, long to) throws IOException {
        Optional<Blocks> kernel = blocks;
        return kernel.isPresent() && kernel.get().reserve(file, from, to - from) == Blocks.Answer.DONE;
    }

    /**
     * Gives back what was reserved behind the last record of a file that is written no more, by cutting the file there. Only
     * where nothing but zeros stands behind it, so that nothing that anybody wrote is lost.
     */
    void release(Path file, long end) {
        long page = (end + 4095) & ~4095L;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() - page <= MOST_UNWRITTEN && isZero(channel, page)) {
                channel.truncate(page);
            }
        } catch (IOException e) {
            log.debug("room behind the end of {} stays reserved: {}", file, e.getMessage());
        }
    }

    /** Gives back the room of the first bytes of a file, which keeps its size; where that cannot be done they stay. */
    void punch(Path file, long to) throws IOException {
        if (to > 0 && Files.isRegularFile(file) && blocks.isPresent()) {
            Blocks.Answer answer = blocks.get().punch(file, 0, to);
            log.debug("room of the first {} bytes of {} given back: {}", to, file, answer);
        }
    }

    private static boolean isZero(FileChannel channel, long from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        for (long at = from; channel.read(bytes.clear(), at) > 0; at += bytes.position()) {
            if (!isZero(bytes)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(ByteBuffer bytes) {
        for (int i = 0; i < bytes.position(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Fails where files cannot be made in the folder. */
    void tryFolder() throws IOException {
        Path probe = reserve.resolveSibling("probe");
        Files.write(probe, new byte[] {1});
        Files.delete(probe);
    }

    /** Makes the reserve file, where there is room for it. */
    void fillReserve() {
        try {
            if (!Files.exists(reserve) || Files.size(reserve) < RESERVE) {
                Files.write(
                        reserve, new byte[RESERVE], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            }
        } catch (IOException e) {
            log.warn("reserve file {} cannot be written: {}", reserve, e.getMessage());
        }
    }

    /** Gives up the reserve file. */
    void spendReserve() {
        try {
            Files.deleteIfExists(reserve);
        } catch (IOException e) {
            log.warn("reserve file {} cannot be removed: {}", reserve, e.getMessage());
        }
    }

    private void onlyLowWater() {
        log.warn(
                "blocks cannot be reserved on this system or disk: a full disk is refused by the low-water mark alone");
    }
}
