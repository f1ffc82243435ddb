package dev.pavise.auditlog.index;

import dev.pavise.auditlog.behind.Pace;
import dev.pavise.auditlog.codec.Checkpoint;
import dev.pavise.auditlog.codec.MerkleTree;
import dev.pavise.auditlog.index.ChapterFeed.Fed;
import dev.pavise.auditlog.index.IndexKey.Standing;
import dev.pavise.auditlog.segment.AuditFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the index behind the write path, chapter by chapter, and again what is missing or damaged. Used by one thread.
 *
 * <p>A chapter that is read is a draft until the records that it was built from, with all before and after them, give the root of a
 * checkpoint that was signed. So whoever changes the folder while it is built, and changes it back, cannot make it leave
 * anything out. Records that are not there or not as they were hashed are doubtful: their groups are always looked at. A chapter
 * that comes from the {@link ChapterFeed} was hashed as it was taken, and is no draft once a checkpoint covers it.
 */
public final class Indexer {
    private static final Logger log = LoggerFactory.getLogger(Indexer.class);
    private static final int PIECE = 64 * 1024;

    /** What is tried, one after the other, when the records do not give the signed root. */
    private enum Attempt {
        /** Sealed chapters are believed, and leaf hashes of the folder where records do not fit them. */
        USUAL,
        /** All is read again. */
        ALL,
        /** All is read again, and the folder's leaf hashes are not believed. */
        RECORDS_ALONE,
        GIVEN_UP;

        private Attempt next() {
            return switch (this) {
                case USUAL -> ALL;
                case ALL -> RECORDS_ALONE;
                case RECORDS_ALONE, GIVEN_UP -> GIVEN_UP;
            };
        }
    }

    /**
     * Where the index stands.
     *
     * @param chapters sealed ones that were found or built
     * @param indexed records up to which all is under the index, or was found to be doubtful
     */
    public record State(long chapters, long indexed, boolean isGivenUp) {}

    private final AuditFolder folder;
    private final IndexKey key;
    private final AuditIndex index;
    private final Supplier<Optional<Checkpoint>> newest;
    private final Supplier<MerkleTree> start;
    private final LongSupplier room;
    private final List<Long> drafts = new ArrayList<>();
    private final ChapterFeed feed;
    private final Pace pace = new Pace();
    private @Nullable ChapterDraft draft;
    private @Nullable MerkleTree tree;
    private @Nullable SignedRecords records;
    private boolean whole;
    private long firstWhole;
    private Attempt attempt = Attempt.USUAL;
    private boolean failing;
    private long settled = -1;
    private volatile boolean stopping;
    private volatile State state = new State(0, 0, false);

    /**
     * @param newest the newest checkpoint, which our key signed
     * @param start the tree of the records that retention removed; empty where it removed none
     * @param room how many bytes the index may still take on the disk
     * @param feed chapters from whoever hashes the records for the checkpoints
     */
    public Indexer(
            AuditFolder folder,
            IndexKey key,
            AuditIndex index,
            Supplier<Optional<Checkpoint>> newest,
            Supplier<MerkleTree> start,
            LongSupplier room,
            ChapterFeed feed) {
        this.folder = folder;
        this.key = key;
        this.index = index;
        this.newest = newest;
        this.start = start;
        this.room = room;
        this.feed = feed;
    }

    public State state() {
        return state;
    }

    /** Takes in what was signed since the last call; a failure is logged once and tried again at the next. */
    public void follow() {
        Optional<Checkpoint> signed = newest.get();
        if (signed.isEmpty() || attempt == Attempt.GIVEN_UP) {
            return;
        }
        try {
            if (!index.takeDamaged().isEmpty()) {
                reset();
            }
            followTo(signed.get());
            failing = false;
        } catch (IOException | RuntimeException e) {
            reset();
            if (!failing) {
                failing = true;
                log.warn("index of {} cannot be built, and is tried again: {}", folder.dir(), e.toString());
            }
        }
    }

    private void followTo(Checkpoint signed) throws IOException {
        MerkleTree at = tree == null ? begin() : tree;
        boolean fresh = false;
        while (at.size() < signed.size() && !stopping) {
            long number = at.size() >> Chapter.HEIGHT;
            long end = (number + 1) << Chapter.HEIGHT;
            boolean beginning = at.size() == number << Chapter.HEIGHT;
            if (beginning && end <= signed.size() && known(number, at)) {
                continue;
            }
            Fed fed = beginning && attempt == Attempt.USUAL ? feed.find(number) : null;
            if (fed != null && !agrees(fed, at, signed)) {
                return;
            }
            if (fed != null && end > signed.size()) {
                return; // what is signed of it comes with the rest of it
            }
            if (fed != null && takeWhole(number, at)) {
                continue;
            }
            if (!fresh) {
                records().refresh(attempt != Attempt.RECORDS_ALONE);
                fresh = true;
            }
            read(number, beginning, Math.min(end, signed.size()), at);
        }
        if (at.size() == signed.size()) {
            settle(at, signed);
        }
    }

    private void read(long number, boolean beginning, long to, MerkleTree at) throws IOException {
        if (beginning) {
            draft().begin(number);
            whole = true;
        }
        records().read(at, to, whole ? draft() : null);
        if (whole && at.size() == (number + 1) << Chapter.HEIGHT) {
            put(number, Standing.DRAFT, draft().content(at.wholeSubtree(Chapter.HEIGHT), pace));
            drafts.add(number);
        }
    }

    /** Whether what was indexed so far are the records before a chapter that is fed, in the tree that was signed. */
    private boolean agrees(Fed fed, MerkleTree at, Checkpoint signed) throws IOException {
        if (!fed.follows(at)) {
            refuse(signed);
            return false;
        }
        if (settled != at.size()) {
            close();
            draft = null;
            settled(at);
        }
        return true;
    }

    /** Seals a chapter that was fed, at once: its records were hashed into the tree that was signed as they were taken. */
    private boolean takeWhole(long number, MerkleTree at) throws IOException {
        Fed fed = feed.whole(number);
        if (fed == null) {
            return false;
        }
        put(number, Standing.SEALED, fed.draft().content(fed.root(), pace));
        at.addSubtree(Chapter.HEIGHT, fed.root());
        feed.letGo(fed);
        return true;
    }

    private MerkleTree begin() throws IOException {
        Files.createDirectories(folder.index());
        MerkleTree from = start.get();
        for (long number : index.numbers()) {
            if ((number + 1) << Chapter.HEIGHT <= from.size()) {
                Files.deleteIfExists(AuditIndex.file(folder, number, Standing.SEALED));
            }
        }
        drafts.clear();
        whole = false;
        firstWhole = (from.size() + Chapter.RECORDS - 1) >> Chapter.HEIGHT;
        tree = from;
        return from;
    }

    private SignedRecords records() {
        SignedRecords reading = records;
        if (reading == null) {
            reading = new SignedRecords(folder, pace);
            records = reading;
        }
        return reading;
    }

    private ChapterDraft draft() {
        ChapterDraft building = draft;
        if (building == null) {
            building = new ChapterDraft(key.hash());
            draft = building;
        }
        return building;
    }

    /** Takes a chapter that was built before, by the root that it gives its records. */
    private boolean known(long number, MerkleTree at) throws IOException {
        if (attempt != Attempt.USUAL) {
            return false;
        }
        for (Standing standing : Standing.values()) {
            Optional<Chapter> found = index.open(number, standing);
            if (found.isPresent()) {
                try (Chapter chapter = found.get()) {
                    chapter.content(); // all of it, so that what is damaged is built now
                    at.addSubtree(Chapter.HEIGHT, chapter.root());
                    if (standing == Standing.DRAFT) {
                        drafts.add(number);
                    }
                    return true;
                } catch (Pages.DamagedException damaged) {
                    log.warn(
                            "chapter {} of the index of {} is built again: {}",
                            number,
                            folder.dir(),
                            damaged.getMessage());
                }
            }
        }
        index.takeDamaged();
        return false;
    }

    private void put(long number, Standing standing, byte[] content) throws IOException {
        byte[] file = Pages.sealed(content, key.mac(standing), number, pace);
        if (room.getAsLong() < file.length) {
            throw new IOException("there is no room for it on the disk");
        }
        Path to = AuditIndex.file(folder, number, standing);
        Path fresh = to.resolveSibling(to.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (int from = 0; from < file.length; ) {
                from += channel.write(ByteBuffer.wrap(file, from, Math.min(PIECE, file.length - from)));
                pace.breathe();
            }
        }
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Seals the drafts where the records give the signed root; else begins anew. */
    private void settle(MerkleTree at, Checkpoint signed) throws IOException {
        if (!signed.hasRoot(at.root())) {
            refuse(signed);
            return;
        }
        settled(at);
    }

    private void settled(MerkleTree at) throws IOException {
        for (long number : drafts) {
            seal(number);
        }
        drafts.clear();
        settled = at.size();
        attempt = Attempt.USUAL;
        index.built(firstWhole, at.size() >> Chapter.HEIGHT);
        state = new State(index.numbers().size(), at.size() >> Chapter.HEIGHT << Chapter.HEIGHT, false);
    }

    private void seal(long number) throws IOException {
        Path from = AuditIndex.file(folder, number, Standing.DRAFT);
        Mac mac = key.mac(Standing.DRAFT);
        try (Chapter chapter = Chapter.open(from, mac, number)) {
            put(number, Standing.SEALED, chapter.content());
        }
        Files.deleteIfExists(from);
    }

    private void refuse(Checkpoint signed) throws IOException {
        for (long number : drafts) {
            Files.deleteIfExists(AuditIndex.file(folder, number, Standing.DRAFT));
        }
        reset();
        attempt = attempt.next();
        if (attempt == Attempt.GIVEN_UP) {
            log.error(
                    "the records of {} do not give the root of {}, so they are not indexed; run pavise audit verify",
                    folder.dir(),
                    signed);
            state = new State(index.numbers().size(), state.indexed(), true);
        }
    }

    /** Lets a call that is under way end soon; from any thread. */
    public void stop() {
        stopping = true;
    }

    private void reset() {
        tree = null;
        settled = -1;
        close();
    }

    /** Lets go of the log's files. */
    public void close() {
        SignedRecords reading = records;
        records = null;
        if (reading != null) {
            reading.close();
        }
    }
}
