package dev.pavise.runner.content;

import dev.pavise.policy.tool.ContentMeter;
import dev.pavise.policy.tool.MeasuredContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Content in use: it is not cleared away before this is closed. */
public final class Content implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final ContentStore store;
    private final Digest digest;
    private final Path path;
    private final Shelf.Item item;
    private final AtomicBoolean closed = new AtomicBoolean();

    Content(ContentStore store, Digest digest, Path path, Shelf.Item item) {
        this.store = store;
        this.item = item;
        this.digest = digest;
        this.path = path;
    }

    public Digest digest() {
        return digest;
    }

    /** Where it lies. It is not trusted to stay as it is. */
    public Path path() {
        return path;
    }

    /** Reads and hashes all of it. */
    public MeasuredContent measure() throws IOException {
        ContentMeter meter = new ContentMeter();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                meter.update(chunk, 0, read);
            }
        }
        return meter.finish();
    }

    /** Gives it back as something that does not have its digest any more: it goes, so that it can be sent again. */
    public void spoilt() {
        if (closed.compareAndSet(false, true)) {
            store.drop(digest, item);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            store.giveBack(item);
        }
    }
}
