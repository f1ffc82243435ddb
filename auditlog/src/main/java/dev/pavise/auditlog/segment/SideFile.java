package dev.pavise.auditlog.segment;

import dev.pavise.auditlog.codec.MerkleProof;
import dev.pavise.auditlog.codec.MerkleTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file of entries of one width, read with a window. What it says is a hint: leaf hashes count only when they give a signed
 * root, locations only when the record that is there has the number that was looked for.
 */
public final class SideFile implements Closeable, MerkleProof.Leaves {
    private static final int WINDOW = 64 * 1024;

    private final FileChannel channel;
    private final int width;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowStart;

    private SideFile(FileChannel channel, int width) {
        this.channel = channel;
        this.width = width;
        window.limit(0);
    }

    /** Opens the file; empty where there is none. */
    public static Optional<SideFile> open(Path file, int width) throws IOException {
        return Files.isRegularFile(file)
                ? Optional.of(new SideFile(FileChannel.open(file, StandardOpenOption.READ), width))
                : Optional.empty();
    }

    /** How many whole entries there are. */
    public long count() throws IOException {
        return channel.size() / width;
    }

    /** The entry; all zeros where there is none. */
    public byte[] entry(long index) throws IOException {
        long from = index * width;
        if (from < windowStart || from + width > windowStart + window.limit()) {
            load(from);
        }
        int offset = (int) (from - windowStart);
        return offset + width <= window.limit()
                ? Arrays.copyOfRange(window.array(), offset, offset + width)
                : new byte[width];
    }

    /** The entry as a number. */
    public long number(long index) throws IOException {
        return ByteBuffer.wrap(entry(index)).getLong();
    }

    @Override
    public byte[] hash(long index) throws IOException {
        return entry(index);
    }

    /** Whether the first entries, as leaf hashes, give this root. */
    public boolean gives(long size, byte[] root) throws IOException {
        if (count() < size) {
            return false;
        }
        MerkleTree tree = new MerkleTree();
        for (long index = 0; index < size; index++) {
            tree.add(entry(index));
        }
        return Arrays.equals(tree.root(), root);
    }

    private void load(long from) throws IOException {
        window.clear();
        windowStart = from;
        while (window.hasRemaining()) {
            if (channel.read(window, from + window.position()) <= 0) {
                break;
            }
        }
        window.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
