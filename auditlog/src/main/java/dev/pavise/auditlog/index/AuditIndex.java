package dev.pavise.auditlog.index;

import dev.pavise.auditlog.index.IndexKey.Standing;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The index of a log, as queries use it. Safe for use by several threads.
 *
 * <p>Guarantees, against whoever can write the folder and does not have the signing key: what it says of a chapter is what the
 * gateway found there when it built it from signed records. A chapter that is missing, damaged, or of another key or place is
 * not used, and its records are read instead. It does not say that a record is as it was: the log's line says what is answered,
 * and {@code audit verify} whether to believe it.
 */
public final class AuditIndex {
    private static final Pattern NAME = Pattern.compile("chapter-([0-9]{14})");

    private final AuditFolder folder;
    private final IndexKey key;
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    private volatile long builtFrom;
    private volatile long builtTo;

    public AuditIndex(AuditFolder folder, IndexKey key) {
        this.folder = folder;
        this.key = key;
    }

    static Path file(AuditFolder folder, long number, Standing standing) {
        return folder.index()
                .resolve(String.format("chapter-%014d%s", number, standing == Standing.DRAFT ? ".draft" : ""));
    }

    /** The sealed chapter that begins with this record; empty where none can be used. */
    public Optional<Chapter> chapter(long number) {
        return open(number, Standing.SEALED);
    }

    Optional<Chapter> open(long number, Standing standing) {
        try {
            return Optional.of(Chapter.open(file(folder, number, standing), key.mac(standing), number));
        } catch (NoSuchFileException none) {
            if (standing == Standing.SEALED && number >= builtFrom && number < builtTo) {
                told(number);
            }
            return Optional.empty();
        } catch (IOException unusable) {
            told(number);
            return Optional.empty();
        }
    }

    /** The groups of a chapter that can hold what is wanted; empty where the chapter turns out not to be usable. */
    public Optional<Groups> find(
            Chapter chapter, List<Wanted> wanted, byte @Nullable [] from, byte @Nullable [] to, boolean open) {
        try {
            return Optional.of(chapter.find(wanted, from, to, open, key.hash()));
        } catch (IOException | RuntimeException unusable) {
            told(chapter.start() >> Chapter.HEIGHT);
            return Optional.empty();
        }
    }

    /** There are chapters from this number to before that one, while nobody removes them. */
    void built(long from, long to) {
        builtFrom = from;
        builtTo = to;
    }

    /** Remembers that a chapter was found damaged, so that it is built again. */
    public void told(long number) {
        damaged.add(number);
    }

    /** The chapters that were found damaged, and forgets them. */
    Set<Long> takeDamaged() {
        Set<Long> taken = new TreeSet<>(damaged);
        damaged.removeAll(taken);
        return taken;
    }

    /** The numbers of the sealed chapters that there are files of. */
    public NavigableSet<Long> numbers() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        if (!Files.isDirectory(folder.index())) {
            return numbers;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.index())) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return numbers;
    }
}
