package dev.pavise.runner.wasm.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A regular file: blocks of bytes, each paid for in {@link Space} whether written or only skipped over, so that no size can be claimed for nothing. */
public final class Document extends Node {
    private final Space space;
    private final List<byte[]> blocks = new ArrayList<>();
    private long size;
    private int names;
    private int open;
    private boolean changed;
    private @Nullable Set<PosixFilePermission> permissions;

    Document(Mount mount, long inode, long nowNs) {
        super(mount, inode, nowNs);
        this.space = mount.space();
    }

    @Override
    public long size() {
        return size;
    }

    /** How many names lead here. */
    public int names() {
        return names;
    }

    /** Reads from {@code position}; how many bytes came, 0 at the end. */
    public int read(long position, byte[] into, int length) {
        if (position >= size) return 0;
        int wanted = (int) Math.min(length, size - position);
        for (int done = 0; done < wanted; ) {
            long at = position + done;
            byte[] block = blocks.get((int) (at / Space.BLOCK));
            int offset = (int) (at % Space.BLOCK);
            int step = Math.min(wanted - done, Space.BLOCK - offset);
            System.arraycopy(block, offset, into, done, step);
            done += step;
        }
        return wanted;
    }

    /** Writes all of it at {@code position}, or nothing. */
    public void write(long position, byte[] from, int length, long nowNs) {
        mount().requireWritable();
        if (length == 0) return;
        if (position > space.longestFile()) throw new Fault(Errno.FBIG);
        reserve(position + length);
        for (int done = 0; done < length; ) {
            long at = position + done;
            int offset = (int) (at % Space.BLOCK);
            int step = Math.min(length - done, Space.BLOCK - offset);
            System.arraycopy(from, done, blocks.get((int) (at / Space.BLOCK)), offset, step);
            done += step;
        }
        size = Math.max(size, position + length);
        touched(nowNs);
    }

    /** Cuts it, or lengthens it with zeros. */
    public void resize(long newSize, long nowNs) {
        mount().requireWritable();
        if (newSize > space.longestFile()) throw new Fault(Errno.FBIG);
        if (newSize > size) {
            reserve(newSize);
        } else {
            cut(newSize);
        }
        size = newSize;
        touched(nowNs);
    }

    private void reserve(long newSize) {
        long needed = blocksFor(newSize) - blocks.size();
        if (needed <= 0) return;
        space.takeBlocks(needed);
        for (long i = 0; i < needed; i++) blocks.add(new byte[Space.BLOCK]);
    }

    /** What lies behind the new end becomes zeros, so that lengthening it again shows nothing old. */
    private void cut(long newSize) {
        long keep = blocksFor(newSize);
        while (blocks.size() > keep) {
            blocks.removeLast();
            space.giveBlocks(1);
        }
        int used = (int) (newSize % Space.BLOCK);
        if (used != 0) Arrays.fill(blocks.getLast(), used, Space.BLOCK, (byte) 0);
    }

    private static long blocksFor(long bytes) {
        return (bytes + Space.BLOCK - 1) / Space.BLOCK;
    }

    private void touched(long nowNs) {
        changed = true;
        stamp(nowNs);
    }

    /** Content that came from the host: of any mount, and not a change. */
    void fill(ByteBuffer content, Set<PosixFilePermission> hostPermissions) {
        permissions = Set.copyOf(hostPermissions);
        int length = content.remaining();
        reserve(size + length);
        while (content.hasRemaining()) {
            int offset = (int) (size % Space.BLOCK);
            int step = Math.min(content.remaining(), Space.BLOCK - offset);
            content.get(blocks.get((int) (size / Space.BLOCK)), offset, step);
            size += step;
        }
    }

    /** Hands its content on, block by block. */
    void writeTo(WritableByteChannel channel) throws IOException {
        for (long at = 0; at < size; at += Space.BLOCK) {
            int length = (int) Math.min(Space.BLOCK, size - at);
            ByteBuffer block = ByteBuffer.wrap(blocks.get((int) (at / Space.BLOCK)), 0, length);
            while (block.hasRemaining()) channel.write(block);
        }
    }

    boolean changed() {
        return changed;
    }

    /** Those it had on the host; empty for a file that was made by the run. */
    Optional<Set<PosixFilePermission>> permissions() {
        return Optional.ofNullable(permissions);
    }

    void named() {
        names++;
    }

    void unnamed() {
        names--;
        releaseIfGone();
    }

    public void opened() {
        open++;
    }

    public void closed() {
        open--;
        releaseIfGone();
    }

    private void releaseIfGone() {
        if (names > 0 || open > 0) return;
        space.giveBlocks(blocks.size());
        blocks.clear();
        size = 0;
        space.giveNode();
    }
}
