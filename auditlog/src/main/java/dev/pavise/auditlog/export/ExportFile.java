package dev.pavise.auditlog.export;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that an export can be taken up in again. What is written stands in {@code FILE.part}, and how far it is whole in
 * {@code FILE.state}; both go when it is complete and takes its name. Lines behind the last noted place, a torn one among them,
 * are cut and written again, so that the file is in the end what one run would have given. Only its owner can read it.
 */
public final class ExportFile implements Closeable, AuditExport.Target {
    private static final int BUFFER = 256 * 1024;

    /** How much is written between two notes of the place. */
    private static final long NOTE_EVERY = 32L << 20;

    private final Path file;
    private final Path part;
    private final Path state;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final Flaws flaws = new Flaws();
    private final boolean resumed;
    private final long noteEvery;
    private ExportState noted;
    private long written;
    private long lines;

    private ExportFile(Path file, FileChannel channel, ExportState from, boolean resumed, long noteEvery)
            throws IOException {
        this.file = file;
        this.noteEvery = noteEvery;
        this.part = part(file);
        this.state = state(file);
        this.channel = channel;
        this.noted = from;
        this.resumed = resumed;
        this.written = from.bytes();
        this.lines = from.lines();
        flaws.earlier(from.flaws());
        channel.truncate(written);
        channel.position(written);
    }

    /**
     * Takes up what an earlier export of the same began, or begins.
     *
     * @param fresh what to export, if nothing was begun: its {@code query} must be that of the earlier one
     * @throws IOException where the files cannot be used, were begun for another query, or are in use
     */
    public static ExportFile open(Path file, ExportState fresh) throws IOException {
        return open(file, fresh, NOTE_EVERY);
    }

    static ExportFile open(Path file, ExportState fresh, long noteEvery) throws IOException {
        Optional<ExportState> earlier = ExportState.read(state(file));
        if (earlier.isPresent() && !earlier.get().query().equals(fresh.query())) {
            throw new IOException(
                    "`" + part(file) + "` was begun for another export; use the same options, or remove it");
        }
        FileChannel channel = FileChannel.open(
                part(file),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                ownersAlone());
        try {
            lock(channel, file);
            boolean usable =
                    earlier.isPresent() && channel.size() >= earlier.get().bytes();
            ExportFile open = new ExportFile(file, channel, usable ? earlier.get() : fresh, usable, noteEvery);
            open.note(open.noted.next());
            return open;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static FileAttribute<?> ownersAlone() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("another export is writing `" + part(file) + "`");
        }
    }

    private static Path part(Path file) {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    private static Path state(Path file) {
        return file.resolveSibling(file.getFileName() + ".state");
    }

    /** Whether an earlier export is gone on with. */
    public boolean resumed() {
        return resumed;
    }

    /** The query as it was first understood, times that are relative to a start included. */
    public ExportState begun() {
        return noted;
    }

    /** The first number that it does not cover. */
    public long to() {
        return noted.to();
    }

    @Override
    public long next() {
        return noted.next();
    }

    @Override
    public void line(byte[] line) throws IOException {
        if (buffer.remaining() < line.length + 1) {
            drain();
        }
        if (line.length >= BUFFER) {
            write(ByteBuffer.wrap(line));
            buffer.put((byte) '\n');
        } else {
            buffer.put(line).put((byte) '\n');
        }
        lines++;
    }

    @Override
    public void passed(long next) throws IOException {
        if (written + buffer.position() - noted.bytes() >= noteEvery) {
            note(next);
        }
    }

    @Override
    public long lines() {
        return lines;
    }

    @Override
    public Flaws flaws() {
        return flaws;
    }

    /** Notes the place, once all before it is on the disk. */
    private void note(long next) throws IOException {
        drain();
        channel.force(false);
        noted = noted.at(next, written, lines, flaws.count());
        noted.write(state);
    }

    private void drain() throws IOException {
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            written += channel.write(bytes);
        }
    }

    /** Gives the file its name: it is whole. */
    public void finish() throws IOException {
        note(noted.to());
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(state);
    }

    /** Lets go of the files; what is noted can be taken up again. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
