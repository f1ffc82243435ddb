package dev.pavise.runner.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Content on its way in, in a file that has no name of content yet. For one thread at a time; ends by {@link #finish} or {@link #abort}. */
public final class Incoming {
    private static final Logger log = LoggerFactory.getLogger(Incoming.class);

    private final ContentStore store;
    private final Digest announced;
    private final Path draft;
    private final FileChannel channel;
    private final MessageDigest digest;
    private PutResult state = PutResult.STORED;
    private long size;
    private boolean over;

    Incoming(ContentStore store, Digest announced, Path draft, FileChannel channel) {
        this.store = store;
        this.announced = announced;
        this.draft = draft;
        this.channel = channel;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Takes the next bytes; false where it is of no use to send more, and then {@link #finish} says why. */
    public boolean write(ByteBuffer bytes) {
        if (over || state != PutResult.STORED) {
            return false;
        }
        long more = bytes.remaining();
        if (size + more > store.limits().each()) {
            state = PutResult.TOO_LARGE;
        } else if (!store.grow(more)) {
            state = PutResult.FULL;
        } else {
            size += more;
            take(bytes);
        }
        return state == PutResult.STORED;
    }

    private void take(ByteBuffer bytes) {
        try {
            digest.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            log.error("content cannot be written", e);
            state = PutResult.FAILED;
        }
    }

    /** All of it came. */
    public PutResult finish() {
        if (over) {
            throw new IllegalStateException("content ends once");
        }
        if (state == PutResult.STORED
                && !HexFormat.of().formatHex(digest.digest()).equals(announced.hex())) {
            state = PutResult.MISMATCH;
        }
        if (state != PutResult.STORED) {
            abort();
            return state;
        }
        try {
            channel.force(true);
            channel.close();
        } catch (IOException e) {
            log.error("content cannot be written", e);
            abort();
            return PutResult.FAILED;
        }
        over = true;
        try {
            return store.keep(announced, draft, size);
        } catch (IOException e) {
            log.error("content cannot be kept", e);
            discard();
            return PutResult.FAILED;
        }
    }

    /** No more of it comes; nothing of it stays. */
    public void abort() {
        if (over) {
            return;
        }
        over = true;
        store.settled(size);
        discard();
    }

    private void discard() {
        try {
            channel.close();
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            log.error("a draft of content cannot be removed; the next start does it", e);
        }
    }
}
