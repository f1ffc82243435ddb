package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.ContentMeter;
import dev.pavise.policy.tool.Contents;
import dev.pavise.policy.tool.MeasuredContent;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The bytes of tools by their digest, in {@code tools/content} of the data directory.
 *
 * <p>Guarantees: a name stands for bytes that had that digest when they were stored, whole and safe on disk; what was half
 * written when the process died is not there. Bytes that change later are found, as each use measures them anew. All together
 * are bounded, those that are coming in among them: where there is no room, what no manifest names goes first, the oldest
 * before others.
 */
public final class ContentStore implements Contents {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final String FOLDER = "content";
    private static final String INCOMING = ".incoming-";
    private static final int BLOCK = 64 << 10;

    private final Path folder;
    private final Predicate<String> named;
    private final Semaphore measuring =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private long used; // by what is kept and what is coming in

    private ContentStore(Path folder, Predicate<String> named, long used) {
        this.folder = folder;
        this.named = named;
        this.used = used;
    }

    /** What became of bytes that were to be kept. */
    public sealed interface Put {
        /**
         * They are kept.
         *
         * @param fresh whether they were not kept before
         */
        record Stored(MeasuredContent content, boolean fresh) implements Put {}

        record TooLarge(long most) implements Put {}

        /** They have another digest than they were sent under. */
        record Mismatch(String found) implements Put {}

        record Full(long most) implements Put {}
    }

    /** @param named whether a manifest names a content, so that it is not to be removed */
    static ContentStore open(Path dataDir, Predicate<String> named) throws IOException {
        Path folder = dataDir.resolve(RegistryFile.FOLDER).resolve(FOLDER);
        PrivateFiles.makeFolder(folder);
        long used = 0;
        for (Path file : list(folder)) {
            if (file.getFileName().toString().startsWith(INCOMING)) {
                Files.delete(file); // the process died over it
            } else {
                used += Files.size(file);
            }
        }
        return new ContentStore(folder, named, used);
    }

    /** Whether a text is a digest, in the one form in which it is used here. */
    public static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /** Takes bytes in, up to their end. Throws where they break off, or cannot be written. */
    public Put put(String sha256, InputStream from, ToolsConfig.Content limits) throws IOException {
        Path draft = Files.createTempFile(
                folder,
                INCOMING,
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Incoming incoming = new Incoming(limits);
        try {
            Optional<Put> stopped = incoming.take(from, draft);
            if (stopped.isPresent()) {
                return stopped.get();
            }
            MeasuredContent content = incoming.meter.finish();
            return content.sha256().equals(sha256)
                    ? new Put.Stored(content, incoming.keep(draft, place(sha256)))
                    : new Put.Mismatch(content.sha256());
        } finally {
            Files.deleteIfExists(draft);
            release(incoming.reserved);
        }
    }

    /** Bytes on their way in. */
    private final class Incoming {
        private final ToolsConfig.Content limits;
        private final ContentMeter meter = new ContentMeter();
        private long size;
        private long reserved;

        Incoming(ToolsConfig.Content limits) {
            this.limits = limits;
        }

        /** Empty where all of it was taken. */
        Optional<Put> take(InputStream from, Path draft) throws IOException {
            byte[] block = new byte[BLOCK];
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                for (int read = from.read(block); read >= 0; read = from.read(block)) {
                    size += read;
                    if (size > limits.maxSize().bytes()) {
                        return Optional.of(new Put.TooLarge(limits.maxSize().bytes()));
                    }
                    if (!reserve(read, limits.maxTotal().bytes())) {
                        return Optional.of(new Put.Full(limits.maxTotal().bytes()));
                    }
                    reserved += read;
                    meter.update(block, 0, read);
                    for (ByteBuffer bytes = ByteBuffer.wrap(block, 0, read); bytes.hasRemaining(); ) {
                        channel.write(bytes);
                    }
                }
                channel.force(true);
            }
            return Optional.empty();
        }

        /** Whether it was not kept before. */
        boolean keep(Path draft, Path place) throws IOException {
            synchronized (ContentStore.this) {
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    // The same bytes anew: where those that are there were damaged, they are mended.
                    used -= Files.size(place);
                    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    reserved = 0;
                    return false;
                }
                Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
                PrivateFiles.syncFolder(place);
                reserved = 0; // it stays
                return true;
            }
        }
    }

    private synchronized boolean reserve(long bytes, long most) throws IOException {
        if (used + bytes > most) {
            makeRoom(used + bytes - most);
        }
        if (used + bytes > most) {
            return false;
        }
        used += bytes;
        return true;
    }

    private synchronized void release(long bytes) {
        used -= bytes;
    }

    private void makeRoom(long wanted) throws IOException {
        List<Path> idle = list(folder).stream()
                .filter(file -> isDigest(file.getFileName().toString()))
                .filter(file -> !named.test(file.getFileName().toString()))
                .sorted(Comparator.comparingLong(ContentStore::age))
                .toList();
        long freed = 0;
        for (Path file : idle) {
            if (freed >= wanted) {
                return;
            }
            long size = Files.size(file);
            if (Files.deleteIfExists(file)) {
                freed += size;
                used -= size;
            }
        }
    }

    private static long age(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Reads all of it, with few others at a time, so that many runs do not take the processor from the requests of others. */
    @Override
    public Optional<MeasuredContent> measure(String sha256) {
        Optional<Path> file = find(sha256);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        measuring.acquireUninterruptibly();
        try (InputStream in = Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS)) {
            ContentMeter meter = new ContentMeter();
            byte[] block = new byte[BLOCK];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                meter.update(block, 0, read);
            }
            return Optional.of(meter.finish());
        } catch (IOException unreadable) {
            return Optional.empty(); // what cannot be read cannot be run
        } finally {
            measuring.release();
        }
    }

    /** Whether it is kept; what is kept is measured anew before it is used. */
    public boolean holds(String sha256) {
        return find(sha256).isPresent();
    }

    /** The file with this content; empty where it is not kept. */
    public Optional<Path> find(String sha256) {
        if (!isDigest(sha256)) {
            return Optional.empty();
        }
        Path file = place(sha256);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Optional.of(file) : Optional.empty();
    }

    /** What all of it takes, in bytes. */
    synchronized long used() {
        return used;
    }

    private Path place(String sha256) {
        if (!isDigest(sha256)) {
            throw new IllegalArgumentException("no digest");
        }
        return folder.resolve(sha256);
    }
}
