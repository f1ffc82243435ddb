package dev.pavise.auditlog.store;

import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code leaves} and {@code blocks}. Every entry has a place of its own, so writing one again after a failure is
 * harmless; what is not flushed is kept. On a full disk leaves are held in memory up to a bound, and places, which are hints, are
 * left out: records are then found by the block or segment before.
 */
final class SideFiles implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(SideFiles.class);
    private static final int BUFFERED = 2048;
    private static final int MOST_HELD = 512 * BUFFERED;

    private final FileChannel leaves;
    private final FileChannel blocks;
    private ByteBuffer pending = ByteBuffer.allocate(BUFFERED * MerkleTree.HASH);
    private final ByteBuffer location = ByteBuffer.allocate(Long.BYTES);
    private long pendingFrom;

    SideFiles(AuditFolder folder) throws IOException {
        leaves = open(folder.leaves());
        try {
            blocks = open(folder.blocks());
        } catch (IOException e) {
            leaves.close();
            throw e;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Whether there are entries for this many records. */
    boolean cover(long size) throws IOException {
        long wanted = (size + AuditFolder.BLOCK - 1) / AuditFolder.BLOCK;
        return leaves.size() >= size * MerkleTree.HASH && blocks.size() >= wanted * Long.BYTES;
    }

    /** Remembers the entry of a record. Records come in order, but some may be missing: their leaves stay zero. */
    void add(long seq, byte[] leafHash, long where) throws IOException {
        if (pending.position() > 0 && seq != next()) {
            flush();
        } else if (!pending.hasRemaining()) {
            makeRoom();
        }
        if (pending.position() == 0) {
            pendingFrom = seq;
        }
        if (seq % AuditFolder.BLOCK == 0) {
            place(seq / AuditFolder.BLOCK, where);
        }
        pending.put(leafHash);
    }

    private void place(long block, long where) {
        try {
            location.clear();
            location.putLong(where).flip();
            blocks.write(location, block * Long.BYTES);
        } catch (IOException e) {
            log.debug("the place of block {} cannot be written: {}", block, e.toString());
        }
    }

    private void makeRoom() throws IOException {
        try {
            flush();
        } catch (IOException e) {
            if (pending.capacity() >= MOST_HELD * MerkleTree.HASH) {
                throw e;
            }
            pending = ByteBuffer.allocate(2 * pending.capacity()).put(pending.flip());
        }
    }

    /** Writes what there is room for; the rest is written by a later {@link #flush}. */
    void flushIfPossible() {
        try {
            flush();
        } catch (IOException e) {
            log.warn("leaf hashes cannot be written, tried again with the next checkpoint: {}", e.toString());
        }
    }

    private long next() {
        return pendingFrom + pending.position() / MerkleTree.HASH;
    }

    void flush() throws IOException {
        ByteBuffer out = pending.duplicate().flip();
        long at = pendingFrom * MerkleTree.HASH;
        while (out.hasRemaining()) {
            at += leaves.write(out, at);
        }
        pending.clear();
    }

    void force() throws IOException {
        leaves.force(false);
        blocks.force(false);
    }

    @Override
    public void close() throws IOException {
        try (leaves) {
            blocks.close();
        }
    }
}
