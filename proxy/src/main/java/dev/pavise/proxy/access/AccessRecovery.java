package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyRecord;
import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a store that is damaged or older than it should be: takes what is left of it as it is. Keys that were revoked in
 * the lost changes are live again, which is why no start does this by itself, why the answer names every live key, and why the
 * next start puts it in the audit log.
 */
public final class AccessRecovery {
    /** Says that there was a recovery, until a start has recorded it. */
    private static final String NOTE = "access.recovered";

    private static final int LONGEST_NOTE = 2000;

    private AccessRecovery() {}

    /** What became of it. */
    public sealed interface Result {
        /**
         * The store opens again.
         *
         * @param version the last change that is left
         * @param expected the last change that was acknowledged, or -1 where that cannot be told any more
         * @param live the names of the keys that are live now, to be looked through
         * @param setAside what was put aside unread, or null where the store was taken as it is
         */
        record Recovered(
                long version,
                long expected,
                List<String> live,
                @Nullable Path setAside) implements Result {}

        /** There is nothing to mend: the store opens as it is. */
        record Sound(long version) implements Result {}

        /** It cannot be read, and was left as it is: only {@code startEmpty} helps, or a copy. */
        record Unreadable(String why) implements Result {}
    }

    /**
     * Makes a store open again.
     *
     * @param startEmpty whether to put aside what cannot be read, and begin without any key and binding
     * @throws AccessOpenException where another process has the store, or the disk fails
     */
    public static Result recover(Path dataDir, boolean startEmpty, InstantSource clock) throws AccessOpenException {
        Path folder = dataDir.resolve(AccessStore.FOLDER);
        try {
            PrivateFiles.makeFolder(folder);
            try (StoreLock _ = StoreLock.take(folder)) {
                return recover(dataDir, folder.resolve(AccessStore.FILE), startEmpty, clock);
            }
        } catch (AccessOpenException told) {
            throw told;
        } catch (IOException failure) {
            throw new AccessOpenException("the access store `" + folder + "` cannot be used: " + failure.getMessage());
        }
    }

    private static Result recover(Path dataDir, Path file, boolean startEmpty, InstantSource clock) throws IOException {
        Edge edge = new Edge(dataDir);
        try {
            return new Result.Sound(AccessStore.sound(file, edge).seal().version());
        } catch (AccessOpenException broken) {
            // That is what it is for.
        }
        long expected = edge.read() instanceof Edge.Reading.At(Seal seal) ? seal.version() : -1;
        Instant now = clock.instant();
        Content content;
        Path setAside = null;
        try {
            content = AccessStore.intact(file);
        } catch (AccessOpenException damaged) {
            if (!startEmpty) {
                return new Result.Unreadable(String.valueOf(damaged.getMessage()));
            }
            setAside = setAside(file, now);
            content = Content.EMPTY;
            StoreFile.create(file, content);
        }
        List<String> live = content.state().keys().values().stream()
                .filter(key -> key.isLive(now))
                .map(KeyRecord::name)
                .distinct()
                .sorted()
                .toList();
        note(dataDir, content.seal().version(), expected, live.size(), setAside, now);
        edge.write(content.seal());
        return new Result.Recovered(content.seal().version(), expected, live, setAside);
    }

    private static @Nullable Path setAside(Path file, Instant now) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + now.getEpochSecond());
        return Files.move(file, aside);
    }

    // Before the edge: a recovery that dies in between is done again, one that is done is always noted.
    private static void note(Path dataDir, long version, long expected, int live, @Nullable Path setAside, Instant now)
            throws IOException {
        Path file = dataDir.resolve(NOTE);
        String before = Files.exists(file) ? Files.readString(file) : "";
        String text = now + " taken at change " + version + " of " + (expected < 0 ? "unknown" : expected) + ", " + live
                + " live keys" + (setAside == null ? "" : ", what could not be read is in " + setAside.getFileName());
        PrivateFiles.write(file, (before + text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** What was recovered since the last start that recorded it; to be put in the audit log. */
    public static Optional<String> unrecorded(Path dataDir) throws IOException {
        Path file = dataDir.resolve(NOTE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        return Optional.of(text.length() > LONGEST_NOTE ? text.substring(text.length() - LONGEST_NOTE) : text);
    }

    /** It is in the audit log. */
    public static void recorded(Path dataDir) throws IOException {
        Files.deleteIfExists(dataDir.resolve(NOTE));
    }
}
