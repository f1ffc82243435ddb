package dev.pavise.runner.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tools are made of, each file under the digest of its bytes. A file gets its name only once all of it is on the disk and was found to have that
 * digest, so what a crash cut short is never content. Within its limits, always: what has not been used longest goes first, what is in use never.
 *
 * <p>Does not guarantee that the bytes stay as they were against whoever can write the folder, which is this user alone (0700): so whoever runs content
 * hashes it again.
 */
public final class ContentStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ContentStore.class);

    private final Path kept;
    private final Path drafts;
    private final ContentLimits limits;
    private final InstantSource clock;
    private final FileChannel lockFile;
    private final Shelf shelf;

    private ContentStore(Path folder, ContentLimits limits, InstantSource clock, FileChannel lockFile) {
        this.kept = folder.resolve("sha256");
        this.drafts = folder.resolve("incoming");
        this.limits = limits;
        this.clock = clock;
        this.lockFile = lockFile;
        this.shelf = new Shelf(limits);
    }

    /** Opens the store of a folder, for this process alone, and clears away what an earlier one left half done. */
    public static ContentStore open(Path folder, ContentLimits limits, InstantSource clock) throws IOException {
        PrivateFiles.folder(folder);
        FileChannel lockFile = lock(folder);
        try {
            ContentStore store = new ContentStore(folder, limits, clock, lockFile);
            PrivateFiles.folder(store.kept);
            PrivateFiles.folder(store.drafts);
            store.clearDrafts();
            store.takeStock();
            return store;
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve("lock");
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.create(file).close();
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ours) {
            // Told below, like a lock of another process.
        }
        channel.close();
        throw new IOException("`" + folder + "` is in use by another runner; give each its own data_dir");
    }

    private void clearDrafts() throws IOException {
        try (Stream<Path> files = Files.list(drafts)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
    }

    // What has no name of content was not put here by a store; it is left alone, and never read.
    private void takeStock() throws IOException {
        record Found(Digest digest, long size, FileTime used) {}
        List<Found> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(kept)) {
            for (Path each : files.toList()) {
                Optional<Digest> digest = Digest.parse(each.getFileName().toString());
                BasicFileAttributes facts =
                        Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (digest.isPresent() && facts.isRegularFile()) {
                    found.add(new Found(digest.get(), facts.size(), facts.lastModifiedTime()));
                }
            }
        }
        found.sort(Comparator.comparing(Found::used)
                .thenComparing(each -> each.digest().hex()));
        synchronized (shelf) {
            found.forEach(each -> shelf.add(each.digest(), each.size()));
            remove(shelf.grow(0).orElse(List.of())); // limits may have become smaller
        }
    }

    /** Whether content is there. */
    public boolean has(Digest digest) {
        synchronized (shelf) {
            return isThere(digest);
        }
    }

    // Somebody may have removed the file behind our back; the books follow.
    private boolean isThere(Digest digest) {
        Optional<Shelf.Item> item = shelf.find(digest);
        boolean there = item.isPresent() && Files.isRegularFile(path(digest), LinkOption.NOFOLLOW_LINKS);
        if (!there) {
            item.ifPresent(gone -> shelf.forget(digest, gone));
        }
        return there;
    }

    /** Begins to take content in. The announced length, if there is one, is only a reason to refuse early. */
    public Put put(Digest digest, long announced) {
        if (announced > limits.each()) {
            return new Put.Done(PutResult.TOO_LARGE);
        }
        synchronized (shelf) {
            if (isThere(digest)) {
                touch(digest);
                return new Put.Done(PutResult.PRESENT);
            }
            Optional<List<Digest>> goes = shelf.expect();
            if (goes.isEmpty()) {
                return new Put.Done(PutResult.FULL);
            }
            remove(goes.get());
        }
        Path draft = drafts.resolve(UUID.randomUUID().toString());
        try {
            return new Put.Coming(new Incoming(this, digest, draft, PrivateFiles.create(draft)));
        } catch (IOException e) {
            log.error("content cannot be written", e);
            settled(0);
            return new Put.Done(PutResult.FAILED);
        }
    }

    /** Content that stays until it is given back; empty where it is not there. */
    public Optional<Content> use(Digest digest) {
        synchronized (shelf) {
            if (!isThere(digest)) {
                return Optional.empty();
            }
            touch(digest);
            return shelf.take(digest).map(item -> new Content(this, digest, path(digest), item));
        }
    }

    /** Bytes of all that is kept. */
    public long bytes() {
        synchronized (shelf) {
            return shelf.bytes();
        }
    }

    /** How many contents are kept. */
    public int count() {
        synchronized (shelf) {
            return shelf.count();
        }
    }

    ContentLimits limits() {
        return limits;
    }

    void giveBack(Shelf.Item item) {
        synchronized (shelf) {
            shelf.giveBack(item);
        }
    }

    /** Drops content that turned out not to have its digest. Runs that use it have hashed it themselves. */
    void drop(Digest digest, Shelf.Item item) {
        synchronized (shelf) {
            shelf.giveBack(item);
            if (shelf.forget(digest, item)) {
                remove(List.of(digest));
            }
        }
    }

    boolean grow(long more) {
        synchronized (shelf) {
            Optional<List<Digest>> goes = shelf.grow(more);
            goes.ifPresent(this::remove);
            return goes.isPresent();
        }
    }

    void settled(long grown) {
        synchronized (shelf) {
            shelf.settled(grown);
        }
    }

    /** Gives a whole draft of the right digest its name; the room kept for it becomes its own. */
    PutResult keep(Digest digest, Path draft, long size) throws IOException {
        synchronized (shelf) {
            shelf.settled(size);
            if (isThere(digest)) {
                Files.delete(draft); // another one was faster
                return PutResult.PRESENT;
            }
            Files.move(draft, path(digest), StandardCopyOption.ATOMIC_MOVE);
            shelf.add(digest, size);
            touch(digest);
        }
        PrivateFiles.sync(kept);
        return PutResult.STORED;
    }

    private Path path(Digest digest) {
        return kept.resolve(digest.hex());
    }

    // The time of the last use is kept where a restart finds it.
    private void touch(Digest digest) {
        try {
            Files.setLastModifiedTime(path(digest), FileTime.from(clock.instant()));
        } catch (IOException e) {
            log.debug("the time of use of content {} cannot be kept", digest, e);
        }
    }

    private void remove(List<Digest> digests) {
        for (Digest digest : digests) {
            try {
                Files.deleteIfExists(path(digest));
            } catch (IOException e) {
                log.error("content {} cannot be removed", digest, e);
            }
        }
    }

    /** Lets another process have the folder. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
