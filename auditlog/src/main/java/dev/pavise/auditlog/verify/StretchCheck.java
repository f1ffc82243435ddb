package dev.pavise.auditlog.verify;

import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.segment.AuditFolder;
import dev.pavise.auditlog.segment.LogCursor;
import dev.pavise.auditlog.segment.RecordLine;
import dev.pavise.auditlog.segment.SideFile;
import dev.pavise.auditlog.segment.Step;
import dev.pavise.auditlog.verify.Verification.Read;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log in stretches, side by side, and answers only where nothing is wrong with it; else whoever asked has to look
 * closer, record by record.
 *
 * <p>Nothing can hide between two stretches. Where a stretch begins is a hint from {@code blocks}; it counts only when whoever
 * read the stretch before came, as the next step, to exactly that place. What a cursor does depends on its place alone, so all
 * stretches together are what one cursor would have read. The tree over them then has to give every signed root.
 */
final class StretchCheck {
    /** Records in a stretch; a power of two, and whole blocks. */
    static final int USUAL = 1 << 14;

    private static final int AHEAD = 2;

    private final AuditFolder folder;
    private final Base base;
    private final Map<Long, Checkpoint> checkpoints;
    private final long[] sizes;
    private final long signed;
    private final int length;
    private final MerkleTree tree;
    private final OpenIntents intents = new OpenIntents(true);
    private final RecordLine line = new RecordLine();
    private long read;
    private long leftover;
    private long unsigned;
    private long rootsHeld;

    StretchCheck(AuditFolder folder, Notes notes, Base base, int length) {
        this.folder = folder;
        this.base = base;
        this.checkpoints = base.checkable(notes);
        this.sizes = checkpoints.keySet().stream().mapToLong(Long::longValue).toArray();
        this.signed = notes.signed();
        this.length = length;
        this.tree = base.tree();
    }

    /** What reading has given; empty where anything at all is not as it should be. */
    Optional<Read> run(int threads, VerifyProgress progress) throws IOException {
        ReadBytes bytes = new ReadBytes(folder, base, progress);
        try (LogCursor cursor = base.cursor(folder);
                Blocks blocks = Blocks.open(folder)) {
            boolean good = begin(cursor) && head(cursor, blocks, bytes) && stretches(cursor, blocks, threads, bytes);
            if (!good || tree.size() < signed || rootsHeld < sizes.length) {
                return Optional.empty();
            }
        }
        bytes.end();
        return Optional.of(new Read(read, leftover, unsigned, rootsHeld, intents.count()));
    }

    /** Goes to the first record that is looked at; an empty log has none, and is not looked at here. */
    private boolean begin(LogCursor cursor) throws IOException {
        Step step = cursor.next();
        while (step == Step.RECORD && cursor.seq() < base.size()) {
            leftover += base.removed() ? 1 : 0;
            step = cursor.next();
        }
        return step == Step.RECORD && cursor.seq() == base.size();
    }

    /** Takes the records before the first stretch; the cursor stands on a record, and then on the stretch's first. */
    private boolean head(LogCursor cursor, Blocks blocks, ReadBytes bytes) throws IOException {
        while (tree.size() % length != 0 || blocks.of(tree.size()) != cursor.location()) {
            if (!take(cursor, bytes)) {
                return false;
            }
            Step step = cursor.next();
            if (step != Step.RECORD) {
                return step != Step.DAMAGED;
            }
        }
        return true;
    }

    private boolean take(LogCursor cursor, ReadBytes bytes) throws IOException {
        if (cursor.seq() != tree.size() || !line.read(cursor.buffer(), cursor.lineOffset(), cursor.lineLength())) {
            return false;
        }
        tree.add(tree.leafHash(cursor.buffer(), cursor.lineOffset(), cursor.lineLength()));
        intents.see(line);
        bytes.record(cursor.lineLength());
        return counted(1);
    }

    /** Counts records that the tree has just taken; false where the tree has now a size that was signed, and another root. */
    private boolean counted(long records) {
        read += records;
        unsigned += Math.max(0, Math.min(records, tree.size() - signed));
        Checkpoint checkpoint = checkpoints.get(tree.size());
        if (checkpoint == null) {
            return true;
        }
        rootsHeld++;
        return checkpoint.hasRoot(tree.root());
    }

    private boolean stretches(LogCursor cursor, Blocks blocks, int threads, ReadBytes bytes) throws IOException {
        if (tree.size() % length != 0 || cursor.seq() != tree.size()) {
            return true;
        }
        long at = cursor.location();
        ArrayDeque<Future<Stretch>> ahead = new ArrayDeque<>();
        ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("audit-verify-", 0).factory());
        try {
            long next = tree.size();
            while (true) {
                while (ahead.size() < threads * AHEAD && blocks.of(next) != 0 && blocks.of(next + length) != 0) {
                    long first = next;
                    long place = blocks.of(first);
                    ahead.add(workers.submit(() -> Stretch.read(folder, place, first, length, sizes)));
                    next += length;
                }
                if (ahead.isEmpty()) {
                    return rest(at, bytes);
                }
                Stretch stretch = got(ahead.remove());
                if (stretch == null || stretch.place() != at || !join(stretch)) {
                    return false;
                }
                bytes.stretch(length, stretch.bytes());
                at = stretch.next();
            }
        } finally {
            workers.shutdownNow();
        }
    }

    private boolean join(Stretch stretch) {
        intents.then(stretch.intents());
        if (stretch.leaves().isEmpty()) {
            tree.addSubtree(Integer.numberOfTrailingZeros(length), stretch.root());
            return counted(length);
        }
        for (byte[] leaf : stretch.leaves()) {
            tree.add(leaf);
            if (!counted(1)) {
                return false;
            }
        }
        return true;
    }

    /** What no stretch covers: the end of the log. */
    private boolean rest(long at, ReadBytes bytes) throws IOException {
        try (LogCursor cursor = new LogCursor(folder, at)) {
            Step step = cursor.next();
            while (step == Step.RECORD) {
                if (!take(cursor, bytes)) {
                    return false;
                }
                step = cursor.next();
            }
            return step != Step.DAMAGED;
        }
    }

    private static @Nullable Stretch got(Future<@Nullable Stretch> stretch) throws IOException {
        try {
            return stretch.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the log", e);
        } catch (ExecutionException e) {
            // A file that went away, or worse: whoever looks closer names it.
            return null;
        }
    }

    /** The places that {@code blocks} tells of; 0 where it tells none. */
    private record Blocks(@Nullable SideFile file) implements AutoCloseable {
        static Blocks open(AuditFolder folder) throws IOException {
            return new Blocks(SideFile.open(folder.blocks(), Long.BYTES).orElse(null));
        }

        long of(long seq) throws IOException {
            return file == null ? 0 : Math.max(0, file.number(seq / AuditFolder.BLOCK));
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }
}
