package dev.pavise.proxy.access;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys and bindings on disk, in {@code <data_dir>/access}. Not safe for several threads: {@link Access} calls it under its
 * lock.
 *
 * <p>Guarantees: what {@link #write} has returned from survives the death of the process and the loss of power. A store that is
 * damaged, older than its {@link Edge}, or not the one that the edge was made of, does not open; so damage, a cut tail or an old copy
 * put back never bring a revoked key to life. It does not hold against whoever can write the data directory as a whole.
 */
final class AccessStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessStore.class);

    static final String FOLDER = "access";
    static final String FILE = "access.mv";

    private static final long SMALL = 4L << 20;
    private static final int ROOM = 4;

    private final Path file;
    private final Edge edge;
    private final StoreLock lock;
    private StoredAccess state; // what was acknowledged
    private Seal seal; // of the file, where it is not one ahead by a write that failed
    private @Nullable StoreFile open; // null where a write has failed: to be opened anew
    private boolean settled = true; // whether the file holds the state, and not that of a write that failed
    private long fresh;

    private AccessStore(Path file, Edge edge, StoreLock lock, StoredAccess state, Seal seal, StoreFile open)
            throws IOException {
        this.file = file;
        this.edge = edge;
        this.lock = lock;
        this.state = state;
        this.seal = seal;
        this.open = open;
        this.fresh = open.size();
    }

    /** @throws AccessOpenException where it must not be believed, or somebody else has it; the message says what to do */
    static AccessStore open(Path dataDir) throws AccessOpenException {
        Path folder = dataDir.resolve(FOLDER);
        StoreLock lock = null;
        try {
            PrivateFiles.makeFolder(folder);
            lock = StoreLock.take(folder);
            Edge edge = new Edge(dataDir);
            Path file = folder.resolve(FILE);
            if (!Files.exists(file)) {
                createFirst(file, edge);
            }
            Content content = sound(file, edge);
            if (!edge.read().equals(new Edge.Reading.At(content.seal()))) {
                edge.write(
                        content.seal()); // the last change before a crash may be one that nobody was told of: it holds
            }
            return new AccessStore(file, edge, lock, content.state(), content.seal(), StoreFile.open(file));
        } catch (AccessOpenException told) {
            release(lock);
            throw told;
        } catch (IOException failure) {
            release(lock);
            throw new AccessOpenException("the access store `" + folder + "` cannot be used: " + failure.getMessage());
        }
    }

    private static void createFirst(Path file, Edge edge) throws IOException {
        if (!(edge.read() instanceof Edge.Reading.Absent)) {
            throw refused(file, "is gone, and `" + edge.file() + "` says that there was one");
        }
        StoreFile.create(file, Content.EMPTY);
        edge.write(Content.EMPTY.seal());
    }

    /** Reads what is there, and holds it against the edge. Writes nothing. */
    static Content sound(Path file, Edge edge) throws AccessOpenException {
        Edge.Reading reading = edge.read();
        if (reading instanceof Edge.Reading.Unreadable(String why)) {
            throw refused(file, "cannot be checked, as `" + edge.file() + "` is damaged: " + why);
        }
        Content content = intact(file);
        Seal found = content.seal();
        if (reading instanceof Edge.Reading.At(Seal expected)) {
            compare(file, found, expected);
        } else if (found.version() != 0) {
            throw refused(
                    file,
                    "has " + found.version() + " changes, and `" + edge.file()
                            + "`, which says how many there have to be, is gone");
        }
        return content;
    }

    private static void compare(Path file, Seal found, Seal expected) throws AccessOpenException {
        if (found.equals(expected) || expected.isFollowedBy(found)) {
            return;
        }
        if (found.version() < expected.version()) {
            throw refused(
                    file,
                    "ends at change " + found.version() + " and has to reach " + expected.version()
                            + ": its tail was lost, or an old copy was put back, and keys revoked since would be live again");
        }
        throw refused(
                file,
                "at change " + found.version() + " is not the one that reached change " + expected.version()
                        + " here: it comes from elsewhere");
    }

    /** Reads a file to the last record; it holds what was sealed. */
    static Content intact(Path file) throws AccessOpenException {
        try {
            Content content = StoreFile.read(file);
            content.state();
            return content;
        } catch (IOException | IllegalArgumentException damaged) {
            throw refused(file, "is damaged: " + damaged.getMessage());
        }
    }

    private static AccessOpenException refused(Path file, String what) {
        return new AccessOpenException("the access store `" + file + "` " + what + "; put back the newest copy of"
                + " `" + FOLDER + "` and `" + Edge.FILE + "`, or take what is left with `pavise auth recover`");
    }

    StoredAccess state() {
        return state;
    }

    /** When each key was used last, in milliseconds, as far as it was written down. */
    Map<String, Long> uses() {
        return open == null ? Map.of() : open.uses();
    }

    /**
     * Makes the state this one. When it returns, that is safe. When it throws, it is as if it had not been called, save where the
     * process dies before it could be undone.
     */
    void write(StoredAccess next) throws IOException {
        StoreFile target = reopened();
        Content content = Content.of(next, seal);
        try {
            target.write(content);
            edge.write(content.seal());
        } catch (IOException failure) {
            abandon();
            throw failure;
        }
        state = next;
        seal = content.seal();
        settled = true;
        tidy(content);
    }

    /** Writes down when keys were used last; what is lost of it is no more than that. */
    void writeUses(Map<String, Long> uses) throws IOException {
        try {
            reopened().writeUses(uses);
        } catch (IOException failure) {
            abandon();
            throw failure;
        }
    }

    /** The file as it is now. It holds the last acknowledged change, or the one after it, which failed: the next write undoes that. */
    private StoreFile reopened() throws IOException {
        if (open != null) {
            return open;
        }
        Content found = intact(file);
        if (seal.isFollowedBy(found.seal())) {
            edge.write(found.seal());
            seal = found.seal();
            settled = false;
        } else if (!found.seal().equals(seal)) {
            throw refused(file, "was changed by somebody else while it was open");
        }
        open = StoreFile.open(file);
        return open;
    }

    private void abandon() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    /** A file grows with each change; one that is mostly past is written anew. */
    private void tidy(Content content) {
        try {
            StoreFile grown = reopened();
            if (grown.size() > Math.max(SMALL, ROOM * fresh)) {
                Map<String, Long> uses = grown.uses();
                abandon();
                StoreFile.create(file, content);
                StoreFile anew = reopened();
                anew.writeUses(uses);
                fresh = anew.size();
            }
        } catch (IOException failure) {
            abandon();
            log.warn("the access store `{}` cannot be written anew: {}", file, failure.getMessage());
        }
    }

    /** Undoes what a failed write may have left behind, as well as it can, and lets go. */
    @Override
    public void close() {
        try {
            if (open == null || !settled) {
                reopened();
                if (!settled) {
                    write(state);
                }
            }
        } catch (IOException failure) {
            log.warn("the access store `{}` is left with a change that failed: {}", file, failure.getMessage());
        }
        abandon();
        release(lock);
    }

    private static void release(@Nullable StoreLock lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException failure) {
            log.warn("the lock of the access store cannot be let go: {}", failure.getMessage());
        }
    }
}
