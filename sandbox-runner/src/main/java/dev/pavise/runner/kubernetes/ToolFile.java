package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.OutputHash;
import dev.pavise.runner.sandbox.Architecture;
import dev.pavise.runner.sandbox.Content;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A tool's content, opened and measured. It is measured again in the pod: what lies here may change meanwhile. */
final class ToolFile implements Closeable {
    private static final int CHUNK = 64 * 1024;

    private final FileChannel file;
    private final long size;
    private final String sha256;
    private final byte[] head;

    private ToolFile(FileChannel file, long size, String sha256, byte[] head) {
        this.file = file;
        this.size = size;
        this.sha256 = sha256;
        this.head = head;
    }

    /** Fails for a link, and for what is larger than the given size. */
    static ToolFile open(Path path, long most) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            long size = file.size();
            if (size > most) {
                throw new IOException("larger than " + most + " bytes");
            }
            ByteBuffer head = ByteBuffer.allocate((int) Math.min(size, Content.HEAD));
            MessageDigest digest = OutputHash.sha256();
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            for (long at = 0; at < size; at += buffer.limit()) {
                readAt(file, at, size, buffer);
                digest.update(buffer.duplicate());
                while (head.hasRemaining() && buffer.hasRemaining()) {
                    head.put(buffer.get());
                }
            }
            return new ToolFile(file, size, HexFormat.of().formatHex(digest.digest()), head.array());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void readAt(FileChannel file, long at, long size, ByteBuffer buffer) throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("the content became shorter while it was read");
            }
        }
        buffer.flip();
    }

    long size() {
        return size;
    }

    String sha256() {
        return sha256;
    }

    /** What a processor of that kind makes of it. */
    Content content(Architecture architecture) {
        return Content.of(head.clone(), head.length, architecture);
    }

    /** Sends as many bytes as were measured. */
    void sendTo(Delivery.Way way) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < size; at += buffer.limit()) {
            readAt(file, at, size, buffer);
            way.send(buffer.array(), 0, buffer.limit());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
