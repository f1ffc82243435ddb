package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Holds the runner's folder against a second runner, which would sweep away what the first one runs. Ends with the process at the latest. */
final class Lock implements AutoCloseable {
    private final FileChannel channel;
    private boolean kept;

    private Lock(FileChannel channel) {
        this.channel = channel;
    }

    /** Throws if another runner, in this process or another one, has it. */
    static Lock take(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (!isLocked(channel)) {
            channel.close();
            throw new IOException("another runner uses the folder `" + folder + "`; give each its own");
        }
        return new Lock(channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** From here on only {@link #release} gives it back. */
    void keep() {
        kept = true;
    }

    void release() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        if (!kept) {
            release();
        }
    }
}
