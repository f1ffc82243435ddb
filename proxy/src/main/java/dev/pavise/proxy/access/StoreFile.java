package dev.pavise.proxy.access;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * One file of the embedded library. All that goes wrong in it comes out as {@link IOException}: on damaged bytes the library
 * throws whatever comes, errors too, as where it believes a length that is gigabytes. After a failed write the file is closed, and has to be opened and read anew.
 */
final class StoreFile implements AutoCloseable {
    private static final int CACHE_MIB = 1;
    private static final String SEAL = "seal";

    private final Path file;
    private final MVStore store;
    private final MVMap<String, String> keys;
    private final MVMap<String, String> bindings;
    private final MVMap<String, String> uses;
    private final MVMap<String, String> seals;

    private StoreFile(Path file, MVStore store, boolean readOnly) {
        this.file = file;
        this.store = store;
        this.keys = map("keys", readOnly);
        this.bindings = map("bindings", readOnly);
        this.uses = map("uses", readOnly);
        this.seals = map("seals", readOnly);
    }

    private MVMap<String, String> map(String name, boolean mustExist) {
        if (mustExist && !store.hasMap(name)) {
            throw new IllegalStateException("it has no map of " + name);
        }
        return store.openMap(
                name,
                new MVMap.Builder<String, String>().keyType(BoundedText.TYPE).valueType(BoundedText.TYPE));
    }

    /** Reads a file to the last record, and leaves it as it is. */
    static Content read(Path file) throws IOException {
        try (StoreFile open = open(file, true)) {
            return open.content();
        }
    }

    /** Opens a file that is there. */
    static StoreFile open(Path file) throws IOException {
        return open(file, false);
    }

    /** Makes a file with that content, whole or not at all: it takes its name, and the place of a former one, when it is safe on disk. */
    static void create(Path file, Content content) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (StoreFile made = open(draft, false)) {
            made.write(content);
        }
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        PrivateFiles.syncFolder(file);
    }

    private static StoreFile open(Path file, boolean readOnly) throws IOException {
        MVStore store = null;
        try {
            // No thread of its own, no compaction behind our back: what is written is written by us, in order.
            MVStore.Builder builder = new MVStore.Builder()
                    .fileName(file.toAbsolutePath().toString())
                    .cacheSize(CACHE_MIB)
                    .autoCommitDisabled();
            store = readOnly ? builder.readOnly().open() : builder.open();
            return new StoreFile(file, store, readOnly);
        } catch (RuntimeException | Error damaged) {
            closeQuietly(store);
            throw failure("cannot be opened", damaged);
        }
    }

    Content content() throws IOException {
        try {
            String seal = seals.get(SEAL);
            if (seal == null) {
                throw new IllegalStateException("it has no seal");
            }
            return new Content(new TreeMap<>(keys), new TreeMap<>(bindings), Seal.parse(seal));
        } catch (RuntimeException | Error damaged) {
            throw failure("cannot be read", damaged);
        }
    }

    /** When each key was used last, in milliseconds. It is written lazily and not sealed; what cannot be read of it is left out. */
    Map<String, Long> uses() {
        Map<String, Long> used = new TreeMap<>();
        try {
            for (Map.Entry<String, String> use : uses.entrySet()) {
                used.put(use.getKey(), Long.parseLong(use.getValue()));
            }
        } catch (RuntimeException | Error damaged) {
            return Map.of();
        }
        return used;
    }

    /** Makes the content this one. When it returns, that survives the loss of power; when it throws, that may or may not be so. */
    void write(Content content) throws IOException {
        commit(() -> {
            replace(keys, content.keys());
            replace(bindings, content.bindings());
            seals.put(SEAL, content.seal().text());
        });
    }

    /** Writes down when keys were used last. */
    void writeUses(Map<String, Long> used) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        used.forEach((id, millis) -> texts.put(id, Long.toString(millis)));
        commit(() -> replace(uses, texts));
    }

    private void commit(Runnable change) throws IOException {
        try {
            change.run();
            store.commit();
            store.sync();
        } catch (RuntimeException | Error failed) {
            closeQuietly(store);
            throw failure("cannot be written", failed);
        }
    }

    private static void replace(MVMap<String, String> map, Map<String, String> wanted) {
        for (String key : List.copyOf(map.keySet())) {
            if (!wanted.containsKey(key)) {
                map.remove(key);
            }
        }
        wanted.forEach((key, value) -> {
            if (!value.equals(map.get(key))) {
                map.put(key, value);
            }
        });
    }

    long size() throws IOException {
        return Files.size(file);
    }

    private static IOException failure(String what, Throwable cause) {
        return new IOException(what + " (" + cause.getClass().getSimpleName() + ")", cause);
    }

    private static void closeQuietly(@Nullable MVStore store) {
        if (store != null) {
            try {
                store.closeImmediately();
            } catch (RuntimeException | Error alreadyBroken) {
                // What was wrong with it is being told already.
            }
        }
    }

    /** What is not written is forgotten: closing writes nothing. */
    @Override
    public void close() {
        closeQuietly(store);
    }
}
